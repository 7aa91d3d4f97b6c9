using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Composer.Core;
using Composer.Core.Code;
using Composer.Store.Records;

namespace Composer.Pipeline.Keys;

/// <summary>
/// All that a job's result depends on, as typed fields in ordinal order of their paths; its digest is the job's key.
/// </summary>
/// <remarks>
/// Encoding, version 2: the text <c>composer-key-2</c>, then for each field path, type letter and value, each
/// a little-endian 32-bit length and that many UTF-8 bytes. No two different lists of fields encode alike.
/// Immutable; equal when the keys are.
/// </remarks>
[CodeBoundary]
public sealed class Preimage
{
    /// <summary>The field that holds the kind of job.</summary>
    public const string Kind = "stage";

    /// <summary>The field that says on which hardware bits are the same.</summary>
    public const string Hardware = "hardware";

    /// <summary>The fields under this one name what other stages put out.</summary>
    public const string Input = "input";

    private const string Code = "code";

    // Strict: a lone surrogate would be encoded like the replacement character.
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private Preimage(IReadOnlyList<PreimageField> fields)
    {
        Fields = fields;
        Key = KeyOf(fields);
    }

    /// <summary>In ordinal order of the paths.</summary>
    public IReadOnlyList<PreimageField> Fields { get; }

    /// <summary>The job's key.</summary>
    public Digest Key { get; }

    /// <summary>What a job's result depends on.</summary>
    /// <param name="kind">The kind of job.</param>
    /// <param name="code">What computes it.</param>
    /// <param name="hardware">Where bits are the same; null where they are everywhere.</param>
    /// <param name="inputs">All that the computation sees.</param>
    /// <exception cref="ArgumentException">A number of the inputs is not finite, or a text is no valid Unicode.</exception>
    public static Preimage Of(string kind, JobCode code, string? hardware, object inputs)
    {
        List<PreimageField> fields =
        [
            new(Code, 'd', code.Own.ToString()),
            .. code.Parts.Select(p => new PreimageField($"{Code}.{p.Key}", 'd', p.Value.ToString())),
        ];
        KeyFields.Add(inputs, fields);
        if (hardware is not null)
        {
            fields.Add(new(Hardware, 's', hardware));
        }

        return Of(kind, fields);
    }

    /// <summary>What a record of these fields depends on.</summary>
    /// <param name="kind">The record's kind.</param>
    /// <param name="fields">All but the kind, in any order.</param>
    /// <exception cref="ArgumentException">Two fields have one path.</exception>
    public static Preimage Of(string kind, IEnumerable<PreimageField> fields)
    {
        List<PreimageField> all = [new(Kind, 's', kind), .. fields];
        all.Sort((a, b) => string.CompareOrdinal(a.Path, b.Path));
        for (var i = 1; i < all.Count; i++)
        {
            if (all[i].Path == all[i - 1].Path)
            {
                throw new ArgumentException($"Two fields of a key are named '{all[i].Path}'.", nameof(fields));
            }
        }

        return new Preimage(all);
    }

    /// <summary>This with one number more.</summary>
    public Preimage With(string path, long value) => Of(
        Fields.Single(f => f.Path == Kind).Value,
        Fields.Where(f => f.Path != Kind).Append(new PreimageField(path, 'n', value.ToString(CultureInfo.InvariantCulture))));

    /// <summary>The key of a record's preimage.</summary>
    public static Digest KeyOf(IReadOnlyList<PreimageField> fields) => Digest.Of(Encode(fields));

    /// <summary>Whether a field holds the digest of code.</summary>
    public static bool IsCode(string path) => path == Code || PartOf(path) is not null;

    /// <summary>The part whose code a field holds the digest of, such as <c>primitive A</c>; null when it is no such field.</summary>
    internal static string? PartOf(string path) =>
        path.StartsWith(Code + ".", StringComparison.Ordinal) ? path[(Code.Length + 1)..].Replace('.', ' ') : null;

    private static byte[] Encode(IReadOnlyList<PreimageField> fields)
    {
        using var stream = new MemoryStream();
        stream.Write("composer-key-2"u8);
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
}
