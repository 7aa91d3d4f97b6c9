using System.Globalization;

namespace Composer.Language.Files;

/// <summary>What is wrong with bytes that are no UTF-8, and the encoding that they look like.</summary>
/// <param name="What">A part of a sentence about the first of them.</param>
/// <param name="Encoding">As iconv calls it; null where iconv does not help.</param>
/// <param name="Remedy">What else to do; null where iconv helps.</param>
internal sealed record Utf8Fault(string What, string? Encoding, string? Remedy)
{
    private const int LookedAt = 4096;

    /// <param name="bytes">From the first that is wrong.</param>
    /// <param name="atEnd">Whether they are the file's last and begin a character.</param>
    public static Utf8Fault Of(ReadOnlySpan<byte> bytes, bool atEnd)
    {
        var named = string.Create(CultureInfo.InvariantCulture, $"the byte 0x{bytes[0]:X2} is no UTF-8");
        return bytes switch
        {
            [0, ..] => new(
                "the byte 0 (NUL) is no text", null, "Was a disk full, or a program killed? Remove the zeros: tr -d '\\000' < FILE > NEW"),
            [0xED, >= 0xA0 and <= 0xBF, >= 0x80 and <= 0xBF, ..] => new(
                $"{named} here: half of a surrogate pair is encoded (CESU-8)",
                null,
                "Write the file anew as UTF-8 with the program it came from."),
            _ when atEnd => new("the file ends within a character", null, "It was cut: fetch it again, or remove its last bytes."),
            _ => Guess(named, bytes[..Math.Min(bytes.Length, LookedAt)]),
        };
    }

    private static Utf8Fault Guess(string named, ReadOnlySpan<byte> bytes)
    {
        var (alone, runs, isWindows) = (0, 0, false);
        for (var i = 0; i < bytes.Length;)
        {
            var length = 0;
            for (; i < bytes.Length && bytes[i] >= 0x80; i++, length++)
            {
                isWindows |= bytes[i] < 0xA0;
            }

            runs += length > 0 ? 1 : 0;
            alone += length == 1 ? 1 : 0;
            i += length == 0 ? 1 : 0;
        }

        // Where letters of a western language are written in one byte each, most stand between letters of ASCII.
        return alone * 2 > runs
            ? isWindows
                ? new($"{named}; it looks like Windows-1252", "WINDOWS-1252", null)
                : new($"{named}; it looks like Latin-1 (ISO-8859-1)", "ISO-8859-1", null)
            : new($"{named}", null, "If it is text, write it anew as UTF-8: iconv -f ENCODING -t UTF-8 FILE > NEW");
    }
}
