using System.Globalization;
using System.Text.Json;
using Composer.Training.Checkpoints;

namespace Composer.Exchange.HuggingFace;

/// <summary>A file of weights among several.</summary>
/// <param name="File">Its name, in the checkpoint's folder.</param>
/// <param name="Tensors">In its order.</param>
internal sealed record Shard(string File, IReadOnlyList<SafetensorsTensor> Tensors)
{
    /// <summary>The only file of a checkpoint that is not cut.</summary>
    public const string SingleName = "model.safetensors";

    /// <summary>Says which file has which tensor.</summary>
    public const string IndexName = "model.safetensors.index.json";

    /// <summary>The index's field with the file of each tensor.</summary>
    public const string WeightMap = "weight_map";

    /// <summary>Cuts tensors, in their order, into files of at most so many bytes; a larger tensor has a file of its own.</summary>
    public static IReadOnlyList<Shard> Split(IReadOnlyList<SafetensorsTensor> tensors, long bytes)
    {
        var files = new List<List<SafetensorsTensor>> { new() };
        var size = 0L;
        foreach (var tensor in tensors)
        {
            if (files[^1].Count > 0 && size + tensor.ByteCount > bytes)
            {
                files.Add([]);
                size = 0;
            }

            files[^1].Add(tensor);
            size += tensor.ByteCount;
        }

        return files.Count == 1
            ? [new Shard(SingleName, tensors)]
            : [.. files.Select((list, i) => new Shard(
                string.Create(CultureInfo.InvariantCulture, $"model-{i + 1:d5}-of-{files.Count:d5}.safetensors"), list))];
    }

    public static void WriteIndex(IReadOnlyList<Shard> shards, Stream stream)
    {
        using var json = new Utf8JsonWriter(stream, TokenizerFolder.Indented);
        json.WriteStartObject();
        json.WriteStartObject("metadata");
        json.WriteNumber("total_size", shards.Sum(shard => shard.Tensors.Sum(tensor => tensor.ByteCount)));
        json.WriteEndObject();
        json.WriteStartObject(WeightMap);
        var places = shards.SelectMany(shard => shard.Tensors.Select(tensor => (tensor.Name, shard.File)));
        foreach (var (tensor, file) in places.OrderBy(place => place.Name, StringComparer.Ordinal))
        {
            json.WriteString(tensor, file);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }
}
