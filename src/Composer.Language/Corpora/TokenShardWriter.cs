using System.Buffers.Binary;

namespace Composer.Language.Corpora;

/// <summary>Writes a token shard as llm.c reads it, and its sidecar of document offsets.</summary>
public static class TokenShardWriter
{
    /// <param name="path">The shard; <c>.idx</c> is added for the sidecar.</param>
    /// <param name="documents">Tokens of each document, marks included; none empty.</param>
    /// <param name="vocabulary">Up to 65,536 makes uint16 tokens, more uint32.</param>
    public static void Write(string path, IEnumerable<IReadOnlyList<int>> documents, int vocabulary)
    {
        var wide = vocabulary > ushort.MaxValue + 1;
        var offsets = new List<long>();
        var count = 0L;
        using var stream = File.Create(path);
        stream.Write(new byte[TokenShard.HeaderBytes]);
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        foreach (var document in documents)
        {
            offsets.Add(count);
            foreach (var token in document)
            {
                ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)token, (uint)vocabulary, nameof(documents));
                BinaryPrimitives.WriteUInt32LittleEndian(bytes, (uint)token);
                stream.Write(bytes[..(wide ? sizeof(uint) : sizeof(ushort))]);
            }

            count += document.Count;
        }

        stream.Position = 0;
        BinaryPrimitives.WriteInt32LittleEndian(bytes, wide ? TokenShard.Magic32 : TokenShard.Magic16);
        stream.Write(bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes, wide ? TokenShard.Version32 : TokenShard.Version16);
        stream.Write(bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes, checked((int)count));
        stream.Write(bytes);

        using var sidecar = File.Create(TokenShard.SidecarOf(path));
        Span<byte> offset = stackalloc byte[sizeof(long)];
        foreach (var value in offsets)
        {
            BinaryPrimitives.WriteInt64LittleEndian(offset, value);
            sidecar.Write(offset);
        }
    }
}
