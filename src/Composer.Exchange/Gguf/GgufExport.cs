using Composer.Architecture;
using Composer.Architecture.Primitives;
using Composer.Core.Files;
using Composer.Core.Text;
using Composer.Exchange.HuggingFace;
using Composer.Training.Checkpoints.GraniteHybrid;
using Composer.Training.Checkpoints.Llama;
using Composer.Training.Models;

namespace Composer.Exchange.Gguf;

/// <summary>
/// A hybrid model as a GGUF of llama.cpp's: architecture <c>llama</c> where every block has both halves, else <c>deci</c>, whose
/// blocks have numbers of heads and feed-forward widths of their own; <c>granitehybrid</c> where it has a recurrent layer. Exact.
/// </summary>
/// <remarks>
/// In a deci a block without heads has no attention and keeps no cache: a lone M. A block of feed-forward width 0 would be left out
/// as a whole, so a lone A has a narrow feed-forward of zeros; and the first block must have heads, so an M at the beginning has an
/// attention of one head whose output is 0. Rotations turn neighbouring features, ours turn the halves of a head: rows of q and k
/// change places.
/// </remarks>
public static class GgufExport
{
    /// <summary>Width of a feed-forward of zeros: what quantizers work on at once.</summary>
    private const int NarrowWidth = 256;

    /// <summary>Writes the model.</summary>
    /// <param name="model">Read tensor by tensor.</param>
    /// <param name="file">Not there yet.</param>
    /// <param name="type">How the numbers of matrices are written; vectors stay F32.</param>
    /// <param name="withTokenizer">Whether the file holds the tokenizer.</param>
    /// <returns>What was written, a sentence a line.</returns>
    /// <exception cref="Core.Diagnostics.UserInputException">
    /// The file is there, the format has no place for a layer or for the tokenizer, or a number is too large for the type.
    /// </exception>
    public static IReadOnlyList<string> Write(
        ExchangedModel model, string file, NumberType type = NumberType.F32, bool withTokenizer = true)
    {
        var configuration = model.Configuration;
        var isRecurrent = configuration.Layers.Contains(RecurrentHalf.Only.Symbol);
        IReadOnlyList<LlamaTensor> tensors = isRecurrent ? [] : HuggingFaceExport.TensorsOf(model);
        if (isRecurrent)
        {
            RequirePlaces(configuration);
        }

        if (Path.Exists(file))
        {
            throw ExchangeMistake.Target($"'{file}' is there already.", "Name a file that is not there yet.");
        }

        var blocks = isRecurrent ? GraniteHybridTensors.Fuse(configuration.Layers) : LlamaBlock.Fuse(configuration.Layers);
        var isStock = blocks.All(block => block is { First: not null, Second: not null });
        var name = isRecurrent ? "granitehybrid" : isStock ? "llama" : "deci";
        var metadata = MetadataOf(model, blocks, name, type);
        if (withTokenizer)
        {
            GgufTokenizer.Write(model.Tokenizer, configuration.Vocabulary, metadata);
        }
        else
        {
            GgufTokenizer.WriteNone(metadata);
        }

        var rounded = new RoundedNumbers(type);
        var written = isRecurrent
            ? GraniteHybridTensors.Of(model, blocks, type).ToList()
            : [.. GgufTensors.Of(model, tensors, blocks, isStock, type, NarrowWidthOf(configuration.Shape.Hidden))];
        if (Path.GetDirectoryName(Path.GetFullPath(file)) is { } folder)
        {
            Directory.CreateDirectory(folder);
        }

        WholeFile.Durable.Write(file, stream => GgufWriter.Write(metadata, written, Note, stream));
        var layers = configuration.Layers;
        List<string> said =
        [
            $"{file}: {layers.Notation}, {CountText.Of(layers.Count, "layer")}, as {name} of "
            + $"{CountText.Of(blocks.Count, "block")}.",
            rounded.Summary,
        ];
        return withTokenizer ? said : [.. said, "Without a tokenizer: programs must give it token ids."];

        void Note(string tensor, float[] values)
        {
            if (written.First(w => w.Name == tensor).Type == type)
            {
                rounded.Note(tensor, values);
            }
        }
    }

    private static GgufMetadata MetadataOf(
        ExchangedModel model, IReadOnlyList<LlamaBlock> blocks, string name, NumberType type)
    {
        var (configuration, shape) = (model.Configuration, model.Configuration.Shape);
        var metadata = new GgufMetadata();
        metadata.Set("general.architecture", name);
        metadata.Set("general.name", configuration.Layers.Notation);
        metadata.Set("general.file_type", type switch
        {
            NumberType.F16 => 1,
            NumberType.BF16 => 32,
            _ => 0,
        });
        metadata.Set($"{name}.vocab_size", configuration.Vocabulary);
        metadata.Set($"{name}.context_length", configuration.MaximumLength);
        metadata.Set($"{name}.embedding_length", shape.Dim);
        metadata.Set($"{name}.block_count", blocks.Count);
        metadata.Set($"{name}.attention.key_length", shape.HeadSize);
        metadata.Set($"{name}.attention.value_length", shape.HeadSize);
        metadata.Set($"{name}.attention.layer_norm_rms_epsilon", configuration.NormEpsilon);
        metadata.Set($"{name}.rope.dimension_count", shape.HeadSize);
        metadata.Set($"{name}.rope.freq_base", configuration.RopeTheta);
        if (name != "deci")
        {
            metadata.Set($"{name}.feed_forward_length", shape.Hidden);
            metadata.Set($"{name}.attention.head_count", shape.Heads);
        }

        if (name == "llama")
        {
            metadata.Set($"{name}.attention.head_count_kv", shape.KvHeads);
        }
        else if (name == "granitehybrid")
        {
            metadata.Set($"{name}.attention.head_count_kv", [.. blocks.Select(KvHeadsOf)]);
            foreach (var (key, value) in RecurrentHalf.Only.Sizes(shape))
            {
                metadata.Set($"{name}.{key}", value);
            }
        }
        else
        {
            SetBlocks(metadata, name, blocks, shape);
        }

        return metadata;

        // A block without heads of keys and values is a recurrent one.
        int KvHeadsOf(LlamaBlock block) => GraniteHybridTensors.IsAttention(block, configuration.Layers) ? shape.KvHeads : 0;
    }

    private static void SetBlocks(GgufMetadata metadata, string name, IReadOnlyList<LlamaBlock> blocks, ModelShape shape)
    {
        metadata.Set(
            $"{name}.feed_forward_length",
            [.. blocks.Select(block => block.Second is null ? NarrowWidthOf(shape.Hidden) : shape.Hidden)]);
        metadata.Set($"{name}.attention.head_count", [.. blocks.Select((block, i) => HeadsOf(block, i, shape.Heads))]);
        metadata.Set($"{name}.attention.head_count_kv", [.. blocks.Select((block, i) => HeadsOf(block, i, shape.KvHeads))]);
    }

    /// <exception cref="Core.Diagnostics.UserInputException">The format has no place for a layer beside the recurrent ones, or for their widths.</exception>
    private static void RequirePlaces(ModelConfiguration configuration)
    {
        char[] known = [LlamaHalf.First.Symbol, LlamaHalf.Second.Symbol, RecurrentHalf.Only.Symbol];
        List<string> mistakes =
        [
            .. configuration.Layers.Distinct().Except(known)
                .Select(symbol => $"a granitehybrid has no place for {symbol} ({PrimitiveRegistry.Default[symbol].Name})"),
            .. RecurrentHalf.Only.Mistakes(configuration.Shape),
        ];
        if (mistakes.Count > 0)
        {
            throw ExchangeMistake.NoPlace(
                $"The model cannot be a GGUF: {string.Join("; ", mistakes)}.",
                $"Models of {string.Join(", ", known)} leave, {known[2]} at its usual inner width.");
        }
    }

    private static int HeadsOf(LlamaBlock block, int index, int heads) => block.First is not null ? heads : index == 0 ? 1 : 0;

    private static int NarrowWidthOf(int hidden) => Math.Min(hidden, NarrowWidth);
}
