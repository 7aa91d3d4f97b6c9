using Composer.Architecture;
using Composer.Architecture.Primitives;
using Composer.Core;
using Composer.Exchange.Tests.Foreign;
using Composer.Language.Tokenizers;
using Composer.Language.Tokenizers.PreTokenizers;
using Composer.Training.Checkpoints;
using Composer.Training.Engines;
using Composer.Training.Models;
using Composer.Training.Reference;

namespace Composer.Exchange.Tests;

/// <summary>Small models whose layers all matter, as this program keeps them, and what it computes with them.</summary>
internal static class ExportedModels
{
    /// <summary>English and German, numbers, blanks, a few signs and letters of several bytes.</summary>
    public const string Text = "The museum keeps 1,204 maps; 'twas  rainy, she'd said.\n\tÜber den Flüssen – 東京 №5 … 🙂 done.";

    public static ModelConfiguration Configuration(string layers, int vocabulary) =>
        new(LayerSequence.FromSymbols(layers), new ModelShape(32, 4, 2, 48) { Options = Options }, vocabulary, 128);

    private static PrimitiveOptions Options => PrimitiveOptions.Empty.With('S', "head_size", 16).With('S', "state", 8).With('G', "head_size", 16);

    /// <summary>Weights far from the initial ones, in a file.</summary>
    public static string WriteWeights(ModelConfiguration configuration, TemporaryFolder folder, ulong seed = 7)
    {
        using var model = EngineRegistry.Get(EngineRegistry.Cpu).Create(configuration, new Seed(seed), 1);
        TinyModels.Disturb(model, new Rng(new Seed(seed + 1)), 0.2);
        var path = folder["weights.safetensors"];
        using var stream = File.Create(path);
        ModelCheckpoint.Save(model, CheckpointContent.Weights, stream);
        return path;
    }

    /// <summary>A tokenizer that was trained on a few texts, in a file.</summary>
    public static string WriteTokenizer(PreTokenizer scanner, TemporaryFolder folder, int vocabulary = 320)
    {
        string[] texts = [Text, "the maps of the rivers, the rivers of the maps", "said she, said the museum"];
        var tokenizer = BpeTrainer.Train(texts, vocabulary, scanner);
        var path = folder["tokenizer.json"];
        using var stream = File.Create(path);
        TokenizerJson.Save(tokenizer, stream);
        return path;
    }

    /// <summary>Logits after each token, by our decoder: [T][vocabulary].</summary>
    public static float[][] Logits(string weights, IReadOnlyList<int> tokens)
    {
        using var model = Load(weights);
        using var decoder = model.CreateDecoder(tokens.Count);
        var rows = new float[tokens.Count][];
        for (var i = 0; i < rows.Length; i++)
        {
            decoder.Append([tokens[i]], rows[i] = new float[model.Configuration.Vocabulary]);
        }

        return rows;
    }

    /// <summary>The likeliest tokens one by one behind a prompt.</summary>
    public static int[] Answer(string weights, int[] prompt, int count)
    {
        using var model = Load(weights);
        using var decoder = model.CreateDecoder(prompt.Length + count);
        var (logits, answer) = (new float[model.Configuration.Vocabulary], new List<int>());
        for (var next = prompt; answer.Count < count; next = [answer[^1]])
        {
            decoder.Append(next, logits);
            answer.Add(LlamaCpp.Likeliest(logits));
        }

        return [.. answer];
    }

    public static ITrainableModel Load(string weights)
    {
        using var stream = File.OpenRead(weights);
        return ModelCheckpoint.Open(stream).Load(EngineRegistry.Get(EngineRegistry.Cpu), 1);
    }

    /// <summary>The greatest difference of two logits.</summary>
    public static double Difference(float[][] a, float[][] b) =>
        a.Zip(b).SelectMany(rows => rows.First.Zip(rows.Second))
            .Max(pair => float.IsFinite(pair.Second) ? Math.Abs(pair.First - pair.Second) : double.PositiveInfinity);

    public static List<int> Tokens(ITokenizer tokenizer, string text = Text)
    {
        var tokens = new List<int>();
        tokenizer.Encode(text, tokens);
        return tokens;
    }
}
