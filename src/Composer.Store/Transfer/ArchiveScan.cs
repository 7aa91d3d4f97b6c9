using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Composer.Store.Transfer;

/// <summary>
/// A look over the headers of a tar file before it is read: TarReader takes as much memory for an extended header
/// as the header claims, whatever the file holds.
/// </summary>
internal static partial class ArchiveScan
{
    private const int Block = 512;

    /// <summary>Bytes of an entry that only describes the next; those of our own archives have some hundred.</summary>
    private const long LongestDescription = 1 << 20;

    /// <exception cref="InvalidDataException">An entry claims more than the file or than a description may have.</exception>
    public static void Check(Stream file)
    {
        var header = new byte[Block];
        long? described = null;
        while (file.ReadAtLeast(header, Block, throwOnEndOfStream: false) == Block && header.AsSpan().ContainsAnyExcept((byte)0))
        {
            var type = (char)header[156];
            var size = SizeOf(header);
            if (type is 'x' or 'g' or 'L' or 'K')
            {
                if (size > LongestDescription)
                {
                    throw new InvalidDataException(
                        string.Create(CultureInfo.InvariantCulture, $"an entry has {size:N0} bytes of description"));
                }

                described = DescribedSize(file, size) ?? described;
                size = 0;
            }
            else
            {
                size = described ?? size;
                described = null;
            }

            if (size > file.Length - file.Position)
            {
                throw new InvalidDataException("it is no whole tar archive");
            }

            file.Position += (size + Block - 1) / Block * Block;
        }
    }

    /// <summary>Octal digits, or with the highest bit set a number in binary.</summary>
    private static long SizeOf(byte[] header)
    {
        var field = header.AsSpan(124, 12);
        if ((field[0] & 0x80) != 0)
        {
            var size = BinaryPrimitives.ReadInt64BigEndian(field[4..]);
            return size >= 0 ? size : throw new InvalidDataException("it is no whole tar archive");
        }

        long octal = 0;
        foreach (var digit in field.Trim((byte)' ').Trim((byte)0).Trim((byte)' '))
        {
            octal = digit is >= (byte)'0' and <= (byte)'7'
                ? (octal * 8) + digit - '0'
                : throw new InvalidDataException("it is no whole tar archive");
        }

        return octal;
    }

    /// <summary>The size that a description gives the next entry, as for one of more than 8 GiB; the file stands behind it after.</summary>
    private static long? DescribedSize(Stream file, long size)
    {
        var text = new byte[(size + Block - 1) / Block * Block];
        if (file.ReadAtLeast(text, text.Length, throwOnEndOfStream: false) < text.Length)
        {
            throw new InvalidDataException("it is no whole tar archive");
        }

        var match = Size().Match(Encoding.Latin1.GetString(text, 0, (int)size));
        return match.Success && long.TryParse(match.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var described)
            ? described
            : null;
    }

    [GeneratedRegex("(?:^|\n)[0-9]{1,4} size=([0-9]{1,18})\n")]
    private static partial Regex Size();
}
