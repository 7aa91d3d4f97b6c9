using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using Composer.Core.Settings;

namespace Composer.Core;

/// <summary>
/// A 64-bit seed. Child seeds are derived by name, so that adding a consumer of randomness never
/// shifts the numbers of another.
/// </summary>
/// <remarks>Immutable; equal when the values are. The default value is the seed 0, a seed like any other.</remarks>
[JsonConverter(typeof(SeedConverter))]
public readonly record struct Seed(ulong Value)
{
    /// <summary>The seed of the part of a computation that has this name.</summary>
    /// <remarks>The first eight bytes of SHA-256("composer-seed-1" ‖ value ‖ UTF-8 name).</remarks>
    public Seed Derive(string name)
    {
        var prefix = "composer-seed-1"u8;
        var length = Encoding.UTF8.GetByteCount(name);
        Span<byte> message = new byte[prefix.Length + sizeof(ulong) + length];
        prefix.CopyTo(message);
        BinaryPrimitives.WriteUInt64LittleEndian(message[prefix.Length..], Value);
        Encoding.UTF8.GetBytes(name, message[(prefix.Length + sizeof(ulong))..]);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(message, hash);
        return new Seed(BinaryPrimitives.ReadUInt64LittleEndian(hash));
    }

    /// <summary>The seed of one of a numbered series of parts, such as an epoch.</summary>
    public Seed Derive(string name, long index) =>
        Derive(string.Create(CultureInfo.InvariantCulture, $"{name}[{index}]"));

    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
