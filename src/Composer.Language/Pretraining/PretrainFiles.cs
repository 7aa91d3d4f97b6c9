using Composer.Core.Faults;
using Composer.Core.Files;
using Composer.Language.Tokenizers;
using Composer.Training.Checkpoints;
using Composer.Training.Models;

namespace Composer.Language.Pretraining;

/// <summary>The files of a finished pre-training, in its folder.</summary>
public static class PretrainFiles
{
    /// <summary>The final parameters, safetensors; absent when the run was not finite.</summary>
    public const string Weights = "weights.safetensors";

    /// <summary>A tokenizer that was trained on the corpus, as Hugging Face's tokenizer.json; absent for bytes.</summary>
    public const string Tokenizer = "tokenizer.json";

    /// <summary>Subfolder of the checkpoints.</summary>
    internal const string Checkpoints = "checkpoints";

    /// <summary>Flushed: hours of training may be in one.</summary>
    internal static WholeFile Writer { get; } = new(
        isFlushed: true,
        begun: PublishingPoint.CheckpointBegun,
        written: PublishingPoint.CheckpointWritten,
        named: PublishingPoint.CheckpointNamed);

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

    internal static void Write(PretrainRun run, ITrainableModel model, PretrainResult result)
    {
        if (result.Outcome == PretrainOutcome.Completed)
        {
            Writer.Write(Path.Combine(run.Folder, Weights), s => ModelCheckpoint.Save(model, CheckpointContent.Weights, s));
        }

        if (run.Corpus.Tokenizer is BpeTokenizer bpe)
        {
            Writer.Write(Path.Combine(run.Folder, Tokenizer), s => TokenizerJson.Save(bpe, s));
        }
    }
}
