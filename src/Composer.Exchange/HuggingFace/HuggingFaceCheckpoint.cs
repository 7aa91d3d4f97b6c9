using System.Globalization;
using Composer.Architecture;
using Composer.Core.Facts;
using Composer.Language.Tokenizers;
using Composer.Training.Checkpoints;
using Composer.Training.Models;

namespace Composer.Exchange.HuggingFace;

/// <summary>
/// A folder with a Llama as transformers saves it: looked through when it is opened, so that everything that is wrong with it is
/// told before anything is done; its numbers are read when they are asked for.
/// </summary>
/// <remarks>
/// A block is an A and an M. A half whose last projection is all 0 adds nothing and is left out: what
/// <see cref="HuggingFaceExport"/> added goes again. Not thread-safe; holds its files open.
/// </remarks>
public sealed class HuggingFaceCheckpoint : IDisposable
{
    private readonly WeightFiles files;
    private readonly Dictionary<string, string> sources;
    private readonly Lazy<BpeTokenizer> tokenizer;

    private HuggingFaceCheckpoint(HuggingFaceConfig config, WeightFiles files, string tokenizerPath, int tokens)
    {
        (this.files, tokenizer) = (files, new Lazy<BpeTokenizer>(() => TokenizerJson.Load(tokenizerPath)));
        if (tokens > config.Vocabulary)
        {
            throw ExchangeMistake.Checkpoint(
                ExchangeMistake.Start(tokenizerPath),
                $"The tokenizer has {tokens} tokens, the model's vocabulary {config.Vocabulary}.",
                "Give the tokenizer that the model was trained with.");
        }

        var blocks = string.Concat(Enumerable.Repeat("AM", config.Blocks));
        var stock = Stock(config, LayerSequence.FromSymbols(blocks));
        var whole = LlamaTensors.Of(stock).ToList();
        files.Require(whole, config.TiesEmbedding);
        var idle = whole.Where(tensor => tensor.WritesResidual && files.IsZero(tensor))
            .Select(tensor => LayerOf(tensor.Source!)).ToHashSet();

        // An order has a layer, even where none does anything.
        var kept = Enumerable.Range(0, blocks.Length).Where(i => !idle.Contains(i)).DefaultIfEmpty(0).ToList();
        Configuration = Stock(config, LayerSequence.FromSymbols(string.Concat(kept.Select(i => blocks[i]))));
        var places = kept.Select((layer, place) => (layer, place)).ToDictionary(p => p.layer, p => p.place);
        sources = whole.Where(t => LayerOf(t.Source!) is var layer && (layer < 0 || places.ContainsKey(layer)))
            .ToDictionary(t => Renumbered(t.Source!, places), t => t.Name, StringComparer.Ordinal);
    }

    /// <summary>The model: A and M of each block, but for halves that add nothing.</summary>
    public ModelConfiguration Configuration { get; }

    /// <summary>Its own tokenizer.</summary>
    public BpeTokenizer Tokenizer => tokenizer.Value;

    /// <summary>The type that most numbers are kept in.</summary>
    public TensorDtype Type => files.TypeOf(LlamaTensors.Embedding);

    /// <summary>Looks through a checkpoint: its configuration, which tensors there are and their shapes, its tokenizer.</summary>
    /// <param name="folder">With config.json, the weights in safetensors, one file or several with an index, and tokenizer.json.</param>
    /// <param name="facts">Knows what was found out of a tokenizer before; null: it is read.</param>
    /// <exception cref="Core.Diagnostics.UserInputException">Something is missing, damaged, or not read.</exception>
    public static HuggingFaceCheckpoint Open(string folder, FactOfFile? facts = null)
    {
        var config = HuggingFaceConfig.Read(Path.Combine(folder, HuggingFaceConfig.FileName));
        var files = WeightFiles.Open(folder);
        try
        {
            var path = TokenizerIn(folder);
            var tokens = (facts ?? ((_, _, find) => find()))(
                path, "tokens 1", () => TokenizerJson.Load(path).VocabularySize.ToString(CultureInfo.InvariantCulture));
            return new HuggingFaceCheckpoint(config, files, path, int.Parse(tokens, CultureInfo.InvariantCulture));
        }
        catch
        {
            files.Dispose();
            throw;
        }
    }

    /// <summary>The files that a model is imported from, sorted; looked for, not read.</summary>
    /// <exception cref="Core.Diagnostics.UserInputException">One is missing.</exception>
    public static IReadOnlyList<string> FilesIn(string folder)
    {
        var config = Path.Combine(folder, HuggingFaceConfig.FileName);
        if (!File.Exists(config))
        {
            throw ExchangeMistake.Missing(
                $"There is no file '{config}'.", "Give the folder of a checkpoint as transformers saves one (save_pretrained).");
        }

        return [.. WeightFiles.NamesIn(folder).Select(name => Path.Combine(folder, name)).Append(config).Append(TokenizerIn(folder))
            .Order(StringComparer.Ordinal)];
    }

    /// <summary>Writes the weights as this program's checkpoint, each number in the type that it came in.</summary>
    /// <exception cref="CheckpointException">A file is damaged.</exception>
    public void WriteWeights(Stream stream) =>
        ModelCheckpoint.SaveWeights(Configuration, parameter => files.TypeOf(sources[parameter.Name]), Read, stream);

    /// <summary>Reads a parameter of <see cref="Configuration"/>, row-major.</summary>
    /// <exception cref="CheckpointException">A file is damaged.</exception>
    public void Read(ParameterDescription parameter, Span<float> destination) => files.Read(sources[parameter.Name], destination);

    /// <inheritdoc/>
    public void Dispose() => files.Dispose();

    /// <summary>The path of a checkpoint's tokenizer.</summary>
    /// <exception cref="Core.Diagnostics.UserInputException">There is none.</exception>
    public static string TokenizerIn(string folder)
    {
        var path = Path.Combine(folder, TokenizerFolder.FileName);
        return File.Exists(path)
            ? path
            : throw ExchangeMistake.Missing(
                $"There is no file '{path}': a checkpoint is scored with its own tokenizer.",
                "Save its fast tokenizer beside it (AutoTokenizer.from_pretrained(…).save_pretrained(…)).");
    }

    private static ModelConfiguration Stock(HuggingFaceConfig config, LayerSequence layers) =>
        new(layers, config.Shape, config.Vocabulary, config.MaximumLength)
        {
            RopeTheta = config.RopeTheta,
            RopeScaling = config.RopeScaling,
            TiesEmbedding = config.TiesEmbedding,
            NormEpsilon = config.NormEpsilon,
        };

    /// <summary>The layer of a parameter such as <c>layers.3.norm</c>; -1 outside the layers.</summary>
    private static int LayerOf(string parameter) =>
        parameter.Split('.') is ["layers", var layer, ..] ? int.Parse(layer, CultureInfo.InvariantCulture) : -1;

    private static string Renumbered(string parameter, Dictionary<int, int> places) => LayerOf(parameter) is >= 0 and var layer
        ? FormattableString.Invariant($"layers.{places[layer]}.{parameter.Split('.', 3)[2]}")
        : parameter;
}
