using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using Composer.Core.Settings;

namespace Composer.Core;

/// <summary>
/// A SHA-256 digest: the name of a blob, a stage key, or a piece of code.
/// </summary>
/// <remarks>
/// Immutable and thread-safe. Two digests are equal when their 32 bytes are; the order is that of the
/// bytes, which is also the ordinal order of the hexadecimal text. The default value is 32 zero bytes,
/// which no known content has; <see cref="IsDefault"/> tells it apart.
/// </remarks>
[JsonConverter(typeof(TextConverter<Digest>))]
public readonly struct Digest : IEquatable<Digest>, IComparable<Digest>, IParsable<Digest>
{
    /// <summary>Length in bytes.</summary>
    public const int Size = 32;

    private readonly ulong a;
    private readonly ulong b;
    private readonly ulong c;
    private readonly ulong d;

    /// <summary>Wraps 32 bytes that are a digest already.</summary>
    /// <exception cref="ArgumentException">The span is not 32 bytes long.</exception>
    public Digest(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size)
        {
            throw new ArgumentException($"A digest has {Size} bytes, not {bytes.Length}.", nameof(bytes));
        }

        a = System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(bytes);
        b = System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        c = System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]);
        d = System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(bytes[24..]);
    }

    /// <summary>Whether this is the value that no content has.</summary>
    public bool IsDefault => (a | b | c | d) == 0;

    /// <summary>The first twelve hexadecimal digits, for people.</summary>
    public string Short => ShortOf(ToString());

    public static bool operator ==(Digest left, Digest right) => left.Equals(right);

    public static bool operator !=(Digest left, Digest right) => !left.Equals(right);

    /// <summary>The same of a digest that is text, as it is in views and JSON; <c>(none)</c> of none.</summary>
    public static string ShortOf(string? digest) => digest is null ? "(none)" : digest.Length > 12 ? digest[..12] : digest;

    /// <summary>The digest of some bytes.</summary>
    public static Digest Of(ReadOnlySpan<byte> content)
    {
        Span<byte> hash = stackalloc byte[Size];
        SHA256.HashData(content, hash);
        return new Digest(hash);
    }

    /// <summary>The digest of a text's UTF-8 bytes.</summary>
    public static Digest Of(string text) => Of(Encoding.UTF8.GetBytes(text));

    /// <summary>The digest of everything that is left in a stream.</summary>
    public static Digest Of(Stream content)
    {
        Span<byte> hash = stackalloc byte[Size];
        SHA256.HashData(content, hash);
        return new Digest(hash);
    }

    /// <summary>The digest of a file's bytes.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static Digest OfFile(string path)
    {
        using var content = File.OpenRead(path);
        return Of(content);
    }

    /// <summary>Reads 64 lower-case hexadecimal digits.</summary>
    /// <exception cref="FormatException">The text is anything else.</exception>
    public static Digest Parse(string text) =>
        TryParse(text, out var digest)
            ? digest
            : throw new FormatException($"'{text}' is not a digest: 64 lower-case hexadecimal digits are.");

    /// <summary>Reads 64 lower-case hexadecimal digits; false for anything else.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out Digest digest)
    {
        digest = default;
        if (text is null || text.Length != 2 * Size || text.AsSpan().ContainsAnyExcept("0123456789abcdef"))
        {
            return false;
        }

        digest = new Digest(Convert.FromHexString(text));
        return true;
    }

    static Digest IParsable<Digest>.Parse(string s, IFormatProvider? provider) => Parse(s);

    static bool IParsable<Digest>.TryParse(string? s, IFormatProvider? provider, out Digest result) => TryParse(s, out result);

    /// <summary>Writes the 32 bytes.</summary>
    public void CopyTo(Span<byte> destination)
    {
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(destination, a);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(destination[8..], b);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(destination[16..], c);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(destination[24..], d);
    }

    public bool Equals(Digest other) => a == other.a && b == other.b && c == other.c && d == other.d;

    public override bool Equals(object? obj) => obj is Digest other && Equals(other);

    public override int GetHashCode() => unchecked((int)(a ^ (a >> 32)));

    public int CompareTo(Digest other)
    {
        var order = a.CompareTo(other.a);
        order = order != 0 ? order : b.CompareTo(other.b);
        order = order != 0 ? order : c.CompareTo(other.c);
        return order != 0 ? order : d.CompareTo(other.d);
    }

    /// <summary>64 lower-case hexadecimal digits.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{a:x16}{b:x16}{c:x16}{d:x16}");
}
