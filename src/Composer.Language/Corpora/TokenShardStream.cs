using System.Buffers.Binary;

namespace Composer.Language.Corpora;

/// <summary>Writes one token shard and its sidecar, document by document; whole when it is finished.</summary>
internal sealed class TokenShardStream : IDisposable
{
    private readonly FileStream tokens;
    private readonly FileStream documents;
    private readonly int vocabulary;
    private readonly int width;
    private readonly byte[] buffer = new byte[1 << 16];

    /// <param name="path">The shard; <c>.idx</c> is added for the sidecar. What is there is overwritten.</param>
    /// <param name="vocabulary">Up to 65,536 makes uint16 tokens, more uint32.</param>
    public TokenShardStream(string path, int vocabulary)
    {
        this.vocabulary = vocabulary;
        width = vocabulary > ushort.MaxValue + 1 ? sizeof(uint) : sizeof(ushort);
        tokens = File.Create(path);
        documents = File.Create(TokenShard.SidecarOf(path));
        tokens.Write(new byte[TokenShard.HeaderBytes]);
    }

    /// <summary>Tokens so far.</summary>
    public int Count { get; private set; }

    /// <summary>Appends a document.</summary>
    /// <param name="document">Marks included; not empty.</param>
    /// <exception cref="OverflowException">The header has no room for the number of tokens.</exception>
    public void Add(ReadOnlySpan<int> document)
    {
        BinaryPrimitives.WriteInt64LittleEndian(buffer, Count);
        documents.Write(buffer.AsSpan(0, sizeof(long)));
        Count = checked(Count + document.Length);
        while (document.Length > 0)
        {
            var count = Math.Min(document.Length, buffer.Length / width);
            for (var i = 0; i < count; i++)
            {
                ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)document[i], (uint)vocabulary, nameof(document));
                if (width == sizeof(ushort))
                {
                    BinaryPrimitives.WriteUInt16LittleEndian(buffer.AsSpan(i * width), (ushort)document[i]);
                }
                else
                {
                    BinaryPrimitives.WriteUInt32LittleEndian(buffer.AsSpan(i * width), (uint)document[i]);
                }
            }

            tokens.Write(buffer.AsSpan(0, count * width));
            document = document[count..];
        }
    }

    /// <summary>Writes the header, without which nobody takes the file for a shard.</summary>
    public void Finish()
    {
        var wide = width == sizeof(uint);
        var header = buffer.AsSpan(0, 3 * sizeof(int));
        BinaryPrimitives.WriteInt32LittleEndian(header, wide ? TokenShard.Magic32 : TokenShard.Magic16);
        BinaryPrimitives.WriteInt32LittleEndian(header[4..], wide ? TokenShard.Version32 : TokenShard.Version16);
        BinaryPrimitives.WriteInt32LittleEndian(header[8..], Count);
        tokens.Position = 0;
        tokens.Write(header);
    }

    public void Dispose()
    {
        tokens.Dispose();
        documents.Dispose();
    }
}
