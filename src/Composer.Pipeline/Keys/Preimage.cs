using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Composer.Core;
using Composer.Core.Code;
using Composer.Store.Records;

namespace Composer.Pipeline.Keys;

/// <summary>
/// All that a stage's result depends on, as typed fields in ordinal order of their paths; its digest is
/// the stage's key.
/// </summary>
/// <remarks>
/// Encoding, version 1: the text <c>composer-key-1</c>, then for each field path, type letter and value, each
/// a little-endian 32-bit length and that many UTF-8 bytes. No two different lists of fields encode alike.
/// Immutable; equal when the keys are.
/// </remarks>
[CodeBoundary]
public sealed class Preimage
{
    // Strict: a lone surrogate would be encoded like the replacement character.
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private Preimage(IReadOnlyList<PreimageField> fields)
    {
        Fields = fields;
        Key = KeyOf(fields);
    }

    /// <summary>In ordinal order of the paths.</summary>
    public IReadOnlyList<PreimageField> Fields { get; }

    /// <summary>The stage's key.</summary>
    public Digest Key { get; }

    /// <summary>A preimage of a stage of this kind, to be filled.</summary>
    public static Builder Of(string kind) => new Builder().Add("stage", kind);

    /// <summary>The key of a record's preimage.</summary>
    public static Digest KeyOf(IReadOnlyList<PreimageField> fields) => Digest.Of(Encode(fields));

    /// <summary>Whether a field holds the digest of code.</summary>
    public static bool IsCode(string path) => path == "code" || path.StartsWith("code.", StringComparison.Ordinal);

    private static byte[] Encode(IReadOnlyList<PreimageField> fields)
    {
        using var stream = new MemoryStream();
        stream.Write("composer-key-1"u8);
        foreach (var field in fields)
        {
            Write(stream, field.Path);
            Write(stream, field.Type.ToString());
            Write(stream, field.Value);
        }

        return stream.ToArray();
    }

    private static void Write(MemoryStream stream, string text)
    {
        var bytes = Utf8.GetBytes(text);
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
        stream.Write(length);
        stream.Write(bytes);
    }

    /// <summary>Collects fields in any order.</summary>
    public sealed class Builder
    {
        private readonly SortedDictionary<string, PreimageField> fields = new(StringComparer.Ordinal);

        public Builder Add(string path, string value) => Add(path, 's', value);

        public Builder Add(string path, long value) => Add(path, 'i', value.ToString(CultureInfo.InvariantCulture));

        /// <remarks>Shortest text that reads back as the same number; negative zero is zero.</remarks>
        /// <exception cref="ArgumentOutOfRangeException">The value is no number or infinite: no setting is.</exception>
        public Builder Add(string path, double value) =>
            Add(path, 'f', Finite(value).ToString("R", CultureInfo.InvariantCulture));

        public Builder Add(string path, bool value) => Add(path, 'b', value ? "true" : "false");

        public Builder Add(string path, Digest value) => Add(path, 'd', value.ToString());

        public Builder Add(string path, Seed value) => Add(path, 'i', value.ToString());

        /// <summary>A list as a JSON array, which keeps apart what its items hold.</summary>
        public Builder Add(string path, IEnumerable<string> values) => Add(path, 'l', JsonSerializer.Serialize(values.Select(Whole)));

        public Builder Add(string path, IEnumerable<double> values) => Add(path, 'l', JsonSerializer.Serialize(values.Select(Finite)));

        /// <exception cref="ArgumentException">The path is taken, or a text is no valid Unicode.</exception>
        public Builder Add(string path, char type, string value)
        {
            Whole(path);
            Whole(value);
            fields.Add(path, new PreimageField(path, type, value));
            return this;
        }

        public Preimage Build() => new([.. fields.Values]);

        private static double Finite(double value) => double.IsFinite(value)
            ? value + 0.0
            : throw new ArgumentOutOfRangeException(nameof(value), value, "A key covers finite numbers only.");

        /// <summary>The text itself; half of a surrogate pair, which UTF-8 cannot tell from another, is refused.</summary>
        private static string Whole(string text) => Utf8.GetByteCount(text) >= 0 ? text : throw new UnreachableException();
    }
}
