using Composer.Core.Files;
using Composer.Core.Text;
using Composer.Training.Checkpoints;
using Composer.Training.Checkpoints.Llama;

namespace Composer.Exchange.HuggingFace;

/// <summary>
/// A hybrid model as a folder of a stock Llama, as transformers reads it: exact, since each A→M boundary is one block, a lone A
/// gets a zero <c>down_proj</c> and a lone M a zero <c>o_proj</c>, so that the added half adds nothing to the residual stream.
/// </summary>
/// <remarks>Which primitives a block has halves for they say themselves (<see cref="LlamaHalf"/>).</remarks>
public static class HuggingFaceExport
{
    /// <summary>Bytes of a shard where nobody says otherwise: 5 GB, as transformers cuts.</summary>
    public const long DefaultShardBytes = 5_000_000_000;

    /// <summary>Writes <c>config.json</c>, the weights, the tokenizer and what belongs to it.</summary>
    /// <param name="model">Read tensor by tensor.</param>
    /// <param name="folder">Empty, or not there yet.</param>
    /// <param name="type">How numbers are written.</param>
    /// <param name="shardBytes">Tensors beyond which another file begins; one tensor may be larger.</param>
    /// <returns>What was written, a sentence a line.</returns>
    /// <exception cref="Core.Diagnostics.UserInputException">
    /// The folder has files, a Llama has no place for a layer, or a number is too large for the type.
    /// </exception>
    public static IReadOnlyList<string> Write(
        ExchangedModel model, string folder, NumberType type = NumberType.F32, long shardBytes = DefaultShardBytes)
    {
        var tensors = TensorsOf(model);
        var rounded = new RoundedNumbers(type);
        var shards = Shard.Split([.. tensors.Select(tensor => SafetensorOf(tensor, rounded.Dtype))], shardBytes);
        NewFolder.Fill(folder, () =>
        {
            WriteWeights(model, folder, tensors, shards, rounded);
            TokenizerFolder.Write(model.Tokenizer, model.Configuration.MaximumLength, folder);

            // Last: a folder without it is no checkpoint, so one that was cut off is not taken for a whole one.
            WholeFile.Durable.Write(Path.Combine(folder, HuggingFaceConfig.FileName), stream =>
                HuggingFaceConfigWriter.Write(model.Configuration, type, model.Tokenizer, stream));
        });

        var layers = model.Configuration.Layers;
        return
        [
            $"{folder}: {layers.Notation}, {CountText.Of(layers.Count, "layer")}, as a Llama of "
            + $"{CountText.Of(LlamaBlock.Fuse(layers).Count, "block")}, {CountText.Of(shards.Count, "file")} of weights.",
            rounded.Summary,
        ];
    }

    /// <exception cref="Core.Diagnostics.UserInputException">A Llama has no place for a layer.</exception>
    internal static IReadOnlyList<LlamaTensor> TensorsOf(ExchangedModel model)
    {
        try
        {
            return [.. LlamaTensors.Of(model.Configuration)];
        }
        catch (CheckpointException e)
        {
            throw ExchangeMistake.NoPlace(e.Message, "Search with the primitives A and M for models that are to leave; docs/exchange.md says what holds the others.");
        }
    }

    private static void WriteWeights(
        ExchangedModel model, string folder, IReadOnlyList<LlamaTensor> tensors, IReadOnlyList<Shard> shards, RoundedNumbers rounded)
    {
        var byName = tensors.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);

        // transformers refuses a file whose metadata does not name a framework.
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal) { ["format"] = "pt" };
        foreach (var shard in shards)
        {
            WholeFile.Durable.Write(Path.Combine(folder, shard.File), stream =>
            {
                var writer = new SafetensorsWriter(stream, shard.Tensors, metadata);
                foreach (var tensor in shard.Tensors)
                {
                    var values = byName[tensor.Name].Values(model);
                    rounded.Note(tensor.Name, values);
                    writer.Write(values);
                }

                writer.Complete();
            });
        }

        if (shards.Count > 1)
        {
            WholeFile.Durable.Write(Path.Combine(folder, Shard.IndexName), stream => Shard.WriteIndex(shards, stream));
        }
    }

    private static SafetensorsTensor SafetensorOf(LlamaTensor tensor, TensorDtype type) =>
        new(tensor.Name, type, tensor.IsVector ? [tensor.Rows] : [tensor.Rows, tensor.Columns]);
}
