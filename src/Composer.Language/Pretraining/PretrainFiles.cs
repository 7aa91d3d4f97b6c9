using System.Text.Json;
using Composer.Core;
using Composer.Language.Tokenizers;
using Composer.Training.Checkpoints;
using Composer.Training.Models;

namespace Composer.Language.Pretraining;

/// <summary>The files of a finished pre-training, in its folder.</summary>
public static class PretrainFiles
{
    /// <summary>The final parameters, safetensors; absent when the run was not finite.</summary>
    public const string Weights = "weights.safetensors";

    /// <summary>The training and validation curves, JSON.</summary>
    public const string Curve = "curve.json";

    /// <summary>The outcome, the model, the settings and digests, JSON.</summary>
    public const string Metadata = "metadata.json";

    /// <summary>A tokenizer that was trained on the corpus, as Hugging Face's tokenizer.json; absent for bytes.</summary>
    public const string Tokenizer = "tokenizer.json";

    /// <summary>How fast it went, JSON: the only file here that another run of the same would write otherwise.</summary>
    public const string Timings = "timings.json";

    /// <summary>Subfolder of the checkpoints.</summary>
    internal const string Checkpoints = "checkpoints";

    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    /// <summary>Where the checkpoint at the end of a trunk lies in the run's folder.</summary>
    public static string TrunkAt(long step) => Path.Combine(Checkpoints, CheckpointFolder.NameOf("trunk", step));

    /// <summary>The step of the newest checkpoint in a run's folder, by the files' names; null when there is none.</summary>
    public static long? NewestStep(string folder) => CheckpointFolder.NewestStep(Path.Combine(folder, Checkpoints));

    /// <summary>The tokenizer of a finished run: its own file, or bytes when there is none.</summary>
    public static ITokenizer LoadTokenizer(string folder)
    {
        var path = Path.Combine(folder, Tokenizer);
        return File.Exists(path) ? TokenizerJson.Load(path) : new ByteTokenizer();
    }

    /// <summary>The model of a finished run.</summary>
    public static ITrainableModel LoadModel(string folder, ITrainingEngine engine, int threads)
    {
        using var stream = File.OpenRead(Path.Combine(folder, Weights));
        return ModelCheckpoint.Open(stream).Load(engine, threads);
    }

    internal static void Write(PretrainRun run, ITrainableModel model, PretrainResult result, PretrainTimings timings)
    {
        if (result.Outcome == PretrainOutcome.Completed)
        {
            AtomicFile.Write(Path.Combine(run.Folder, Weights), s => ModelCheckpoint.Save(model, CheckpointContent.Weights, s));
        }

        if (run.Corpus.Tokenizer is BpeTokenizer bpe)
        {
            AtomicFile.Write(Path.Combine(run.Folder, Tokenizer), s => TokenizerJson.Save(bpe, s));
        }

        WriteJson(run.Folder, Curve, new { training = result.Curve, validation = result.Validation });
        WriteJson(run.Folder, Metadata, new
        {
            outcome = result.Outcome.ToString(),
            result.Steps,
            result.Tokens,
            flops = (double)result.Tokens * result.FlopsPerToken,
            result.FlopsPerToken,
            flop_count = run.Settings.FlopCount.ToString(),
            final_validation_loss = result.FinalValidationLoss,
            layers = run.Model.Layers.ToString(),
            run.Model.Shape.Dim,
            run.Model.Shape.Heads,
            run.Model.Shape.KvHeads,
            run.Model.Shape.Hidden,
            run.Model.Vocabulary,
            parameters = ParameterLayout.Of(run.Model).Sum(p => p.Count),
            corpus = run.Corpus.Name,
            corpus_digest = run.Corpus.ContentDigest.ToString(),
            tokenizer = run.Corpus.Tokenizer?.Name,
            tokenizer_digest = run.Corpus.Tokenizer?.ContentDigest.ToString(),
            engine = run.Engine.Name,
            hardware = run.Engine.HardwarePolicy,
            seed = run.Seed.Value,
            result.Fingerprint,
        });
        WriteJson(run.Folder, Timings, timings);
    }

    private static void WriteJson<T>(string folder, string name, T value) =>
        AtomicFile.Write(Path.Combine(folder, name), stream => JsonSerializer.Serialize(stream, value, Json));
}
