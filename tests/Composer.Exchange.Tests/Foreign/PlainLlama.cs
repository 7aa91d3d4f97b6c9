using System.Buffers.Binary;
using System.Text.Json;

namespace Composer.Exchange.Tests.Foreign;

/// <summary>The numbers of a Llama checkpoint.</summary>
/// <param name="Blocks">Attention and MLP each.</param>
/// <param name="Ties">Whether the output projection is the embedding.</param>
/// <param name="Vocabulary">Rows of the embedding.</param>
/// <param name="Epsilon">Of the norms.</param>
/// <param name="Values">A tensor's numbers, row-major, by its name without <c>.weight</c>.</param>
internal sealed record PlainLlama(int Blocks, bool Ties, int Vocabulary, float Epsilon, Func<string, float[]> Values)
{
    /// <summary>Reads a folder of one F32 file, without a line of the product's.</summary>
    public static PlainLlama Read(string folder)
    {
        using var config = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "config.json")));
        var bytes = File.ReadAllBytes(Path.Combine(folder, "model.safetensors"));
        var start = 8 + (int)BinaryPrimitives.ReadInt64LittleEndian(bytes);
        using var header = JsonDocument.Parse(bytes.AsMemory(8, start - 8));
        var values = new Dictionary<string, float[]>(StringComparer.Ordinal);
        foreach (var tensor in header.RootElement.EnumerateObject().Where(t => t.Name != "__metadata__"))
        {
            Assert.Equal("F32", tensor.Value.GetProperty("dtype").GetString());
            var offsets = tensor.Value.GetProperty("data_offsets").EnumerateArray().Select(o => o.GetInt32()).ToArray();
            values[tensor.Name[..^".weight".Length]] =
                [.. bytes[(start + offsets[0])..(start + offsets[1])].Chunk(4).Select(b => BinaryPrimitives.ReadSingleLittleEndian(b))];
        }

        var root = config.RootElement;
        return new PlainLlama(
            root.GetProperty("num_hidden_layers").GetInt32(),
            root.GetProperty("tie_word_embeddings").GetBoolean(),
            root.GetProperty("vocab_size").GetInt32(),
            root.GetProperty("rms_norm_eps").GetSingle(),
            name => values[name]);
    }
}
