using System.Buffers.Binary;
using System.Text;

namespace Composer.Exchange.Gguf;

/// <summary>The keys and values at the beginning of a GGUF, in the order in which they are set.</summary>
internal sealed class GgufMetadata
{
    private readonly MemoryStream bytes = new();

    /// <summary>How many keys.</summary>
    public int Count { get; private set; }

    /// <summary>The keys and values as they are written.</summary>
    public ReadOnlySpan<byte> Bytes => bytes.GetBuffer().AsSpan(0, (int)bytes.Length);

    public void Set(string key, string value)
    {
        Begin(key, GgufType.String);
        Text(value);
    }

    public void Set(string key, int value)
    {
        Begin(key, GgufType.UInt32);
        Number((uint)value);
    }

    public void Set(string key, float value)
    {
        Begin(key, GgufType.Float32);
        Number(BitConverter.SingleToUInt32Bits(value));
    }

    public void Set(string key, bool value)
    {
        Begin(key, GgufType.Bool);
        bytes.WriteByte(value ? (byte)1 : (byte)0);
    }

    public void Set(string key, IReadOnlyList<int> values)
    {
        BeginArray(key, GgufType.Int32, values.Count);
        foreach (var value in values)
        {
            Number((uint)value);
        }
    }

    public void Set(string key, IReadOnlyList<string> values)
    {
        BeginArray(key, GgufType.String, values.Count);
        foreach (var value in values)
        {
            Text(value);
        }
    }

    private void BeginArray(string key, GgufType items, int count)
    {
        Begin(key, GgufType.Array);
        Number((uint)items);
        Long((ulong)count);
    }

    private void Begin(string key, GgufType type)
    {
        Text(key);
        Number((uint)type);
        Count++;
    }

    private void Text(string value)
    {
        var utf8 = Encoding.UTF8.GetBytes(value);
        Long((ulong)utf8.Length);
        bytes.Write(utf8);
    }

    private void Number(uint value)
    {
        Span<byte> four = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(four, value);
        bytes.Write(four);
    }

    private void Long(ulong value)
    {
        Span<byte> eight = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(eight, value);
        bytes.Write(eight);
    }
}
