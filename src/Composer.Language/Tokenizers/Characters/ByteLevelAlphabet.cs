namespace Composer.Language.Tokenizers.Characters;

/// <summary>
/// The printable character by which byte-level BPE files write each byte (GPT-2's bytes_to_unicode):
/// printable Latin-1 stands for itself, the other bytes for U+0100 and up, in byte order.
/// </summary>
internal static class ByteLevelAlphabet
{
    private static readonly char[] CharacterOfByte = Build();
    private static readonly Dictionary<char, byte> ByteOfCharacter =
        CharacterOfByte.Select((c, i) => (c, (byte)i)).ToDictionary(p => p.c, p => p.Item2);

    /// <summary>All 256 bytes in the order of their characters: the initial alphabet of a trained vocabulary.</summary>
    public static IEnumerable<byte> BytesInCharacterOrder =>
        Enumerable.Range(0, 256).Select(b => (byte)b).OrderBy(b => CharacterOfByte[b]);

    public static string Write(ReadOnlySpan<byte> bytes)
    {
        var characters = new char[bytes.Length];
        for (var i = 0; i < bytes.Length; i++)
        {
            characters[i] = CharacterOfByte[bytes[i]];
        }

        return new string(characters);
    }

    /// <summary>The bytes that a token's text stands for; null when a character is not of the alphabet.</summary>
    public static byte[]? Read(string text)
    {
        var bytes = new byte[text.Length];
        for (var i = 0; i < text.Length; i++)
        {
            if (!ByteOfCharacter.TryGetValue(text[i], out bytes[i]))
            {
                return null;
            }
        }

        return bytes;
    }

    private static char[] Build()
    {
        var characters = new char[256];
        var next = 256;
        for (var b = 0; b < 256; b++)
        {
            var printable = b is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF);
            characters[b] = printable ? (char)b : (char)next++;
        }

        return characters;
    }
}
