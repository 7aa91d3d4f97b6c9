namespace Composer.Language.Files;

/// <summary>The bytes that every file of a format has at one place.</summary>
/// <param name="Content">What a file with them is.</param>
/// <param name="Bytes">Them.</param>
/// <param name="Offset">Where they stand.</param>
/// <param name="EvenInText">Whether they tell also where all of the first bytes are text, which might begin with them by chance.</param>
internal sealed record Signature(FileContent Content, byte[] Bytes, int Offset = 0, bool EvenInText = true)
{
    public bool Matches(ReadOnlySpan<byte> head, bool isText) =>
        (EvenInText || !isText) && head.Length >= Offset + Bytes.Length && head.Slice(Offset, Bytes.Length).SequenceEqual(Bytes);
}
