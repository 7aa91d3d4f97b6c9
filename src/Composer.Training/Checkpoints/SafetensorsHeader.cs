using System.Text.Json;

namespace Composer.Training.Checkpoints;

/// <summary>
/// The JSON header of a safetensors file: <c>{name: {dtype, shape, data_offsets: [begin, end]}}</c> and
/// <c>__metadata__</c>, a map of strings.
/// </summary>
/// <remarks>
/// Format: https://github.com/huggingface/safetensors. Offsets count from the end of the header; the tensors
/// cover the data without holes or overlaps. Padded with spaces to a multiple of eight bytes.
/// </remarks>
internal sealed class SafetensorsHeader
{
    /// <summary>The format's own limit on the header, 100 MB: what a hostile length may not exceed.</summary>
    public const long MaximumLength = 100_000_000;

    private const string MetadataKey = "__metadata__";

    private SafetensorsHeader(
        IReadOnlyList<(SafetensorsTensor Tensor, long Begin)> tensors,
        IReadOnlyDictionary<string, string> metadata,
        long dataLength)
    {
        (Tensors, Metadata, DataLength) = (tensors, metadata, dataLength);
    }

    /// <summary>In the order of their data.</summary>
    public IReadOnlyList<(SafetensorsTensor Tensor, long Begin)> Tensors { get; }

    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Bytes that the tensors cover together.</summary>
    public long DataLength { get; }

    /// <summary>The header's bytes, padding included, for tensors laid out one after the other.</summary>
    public static byte[] Format(IReadOnlyList<SafetensorsTensor> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (metadata.Count > 0)
            {
                json.WriteStartObject(MetadataKey);
                foreach (var (key, value) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
                {
                    json.WriteString(key, value);
                }

                json.WriteEndObject();
            }

            var names = new HashSet<string>(StringComparer.Ordinal) { MetadataKey };
            var begin = 0L;
            foreach (var tensor in tensors)
            {
                if (!names.Add(tensor.Name))
                {
                    throw new ArgumentException($"The tensor name '{tensor.Name}' is taken.", nameof(tensors));
                }

                var end = checked(begin + tensor.ByteCount);
                WriteTensor(json, tensor, begin, end);
                begin = end;
            }

            json.WriteEndObject();
        }

        while (buffer.Length % 8 != 0)
        {
            buffer.WriteByte((byte)' ');
        }

        return buffer.ToArray();
    }

    /// <exception cref="CheckpointException">The bytes are no such header.</exception>
    public static SafetensorsHeader Parse(ReadOnlyMemory<byte> utf8)
    {
        if (utf8.Length == 0 || utf8.Span[0] != (byte)'{')
        {
            throw new CheckpointException("The safetensors header does not begin with '{'.");
        }

        try
        {
            using var document = JsonDocument.Parse(
                utf8,
                new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 4 });
            return Parse(document.RootElement);
        }
        catch (JsonException e)
        {
            throw new CheckpointException($"The safetensors header is no valid JSON: {e.Message}", e);
        }
    }

    private static SafetensorsHeader Parse(JsonElement root)
    {
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        var placed = new List<(SafetensorsTensor Tensor, long Begin)>();
        foreach (var property in root.EnumerateObject())
        {
            if (property.Name != MetadataKey)
            {
                placed.Add(ParseTensor(property.Name, property.Value));
                continue;
            }

            if (property.Value.ValueKind != JsonValueKind.Object)
            {
                throw new CheckpointException($"{MetadataKey} in the safetensors header is no object.");
            }

            foreach (var entry in property.Value.EnumerateObject())
            {
                metadata[entry.Name] = entry.Value.ValueKind == JsonValueKind.String
                    ? entry.Value.GetString()!
                    : throw new CheckpointException($"{MetadataKey}.{entry.Name} in the safetensors header is no string.");
            }
        }

        // A tensor without elements begins where the next one does, so its length orders the two.
        placed.Sort((a, b) => (a.Begin, a.Tensor.ByteCount).CompareTo((b.Begin, b.Tensor.ByteCount)));
        var end = 0L;
        foreach (var (tensor, begin) in placed)
        {
            if (begin != end)
            {
                var what = begin < end ? "overlaps the tensor before it" : "leaves a hole before it";
                throw new CheckpointException($"Tensor '{tensor.Name}' begins at byte {begin} and {what}, which ends at {end}.");
            }

            end = begin + tensor.ByteCount;
        }

        return new SafetensorsHeader(placed, metadata, end);
    }

    private static (SafetensorsTensor Tensor, long Begin) ParseTensor(string name, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object
            || !value.TryGetProperty("dtype", out var dtypeValue) || dtypeValue.ValueKind != JsonValueKind.String
            || !value.TryGetProperty("shape", out var shapeValue)
            || !value.TryGetProperty("data_offsets", out var offsetsValue))
        {
            throw new CheckpointException($"Tensor '{name}' lacks dtype, shape or data_offsets.");
        }

        var dtypeName = dtypeValue.GetString()!;
        if (!Enum.TryParse<TensorDtype>(dtypeName, out var dtype) || dtype.ToString() != dtypeName)
        {
            throw new CheckpointException($"Tensor '{name}' has the unknown dtype '{dtypeName}'.");
        }

        var tensor = new SafetensorsTensor(name, dtype, Integers(name, "shape", shapeValue));
        var offsets = Integers(name, "data_offsets", offsetsValue);
        long bytes;
        try
        {
            bytes = tensor.ByteCount;
        }
        catch (OverflowException e)
        {
            throw new CheckpointException($"Tensor '{name}' has a shape beyond 2^63 bytes.", e);
        }

        if (offsets.Length != 2 || offsets[1] < offsets[0] || offsets[1] - offsets[0] != bytes)
        {
            throw new CheckpointException(
                $"Tensor '{name}', {dtypeName} [{string.Join(", ", tensor.Shape)}], has {bytes} bytes;"
                + $" its data_offsets [{string.Join(", ", offsets)}] say otherwise.");
        }

        return (tensor, offsets[0]);
    }

    private static long[] Integers(string name, string field, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Array)
        {
            throw new CheckpointException($"{field} of tensor '{name}' is no array.");
        }

        var integers = new List<long>();
        foreach (var item in value.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Number || !item.TryGetInt64(out var integer) || integer < 0)
            {
                throw new CheckpointException($"{field} of tensor '{name}' holds '{item}', no integer of at least 0.");
            }

            integers.Add(integer);
        }

        return [.. integers];
    }

    private static void WriteTensor(Utf8JsonWriter json, SafetensorsTensor tensor, long begin, long end)
    {
        json.WriteStartObject(tensor.Name);
        json.WriteString("dtype", tensor.Dtype.ToString());
        json.WriteStartArray("shape");
        foreach (var width in tensor.Shape)
        {
            json.WriteNumberValue(width);
        }

        json.WriteEndArray();
        json.WriteStartArray("data_offsets");
        json.WriteNumberValue(begin);
        json.WriteNumberValue(end);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
