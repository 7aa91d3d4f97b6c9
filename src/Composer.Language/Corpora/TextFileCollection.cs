using System.Text;
using System.Text.Unicode;
using Composer.Language.Files;

namespace Composer.Language.Corpora;

/// <summary>
/// Plain text files. Documents are parted by <c>&lt;|endoftext|&gt;</c>; in a file without any, by blank lines. The line ends at
/// a document's own ends are no part of it, nothing else is changed, and one of white space alone is none. A document of more than
/// <see cref="LongestDocumentBytes"/> is parted into several, at the last line's end that fits.
/// </summary>
/// <remarks>Holds where documents stand, a few bytes each, and one document. Quick in ascending order; not thread-safe.</remarks>
public sealed class TextFileCollection : IDocumentCollection, IDisposable
{
    /// <summary>The most bytes of one document.</summary>
    public const int LongestDocumentBytes = 1 << 26;

    private static ReadOnlySpan<byte> Separator => "<|endoftext|>"u8;

    private readonly DocumentIndex index = new();
    private readonly UnpackedFiles files;

    /// <param name="name">As the user wrote it.</param>
    /// <param name="paths">Files, in order.</param>
    /// <exception cref="Composer.Core.Diagnostics.UserInputException">A file is no UTF-8.</exception>
    public TextFileCollection(string name, IReadOnlyList<string> paths)
        : this(name, paths, LongestDocumentBytes)
    {
    }

    internal TextFileCollection(string name, IReadOnlyList<string> paths, int longest, bool skipsBadLines = false)
    {
        Name = name;
        FilteredLines.LineTest? isGood = skipsBadLines ? IsText : null;
        files = new UnpackedFiles(paths, isGood);
        foreach (var path in paths)
        {
            Skipped += TextScan.AddTo(index, path, Separator, longest, isGood);
        }
    }

    public string Name { get; }

    public int Count => index.Count;

    public long Skipped { get; }

    public string Read(int document)
    {
        var (file, start, length) = index[document];
        return Encoding.UTF8.GetString(files.Read(file, start, length).AsSpan().Trim("\r\n"u8));
    }

    public void Dispose() => files.Dispose();

    /// <summary>What parts documents parts them in a bad line too.</summary>
    private static bool IsText(ReadOnlySpan<byte> line, out ReadOnlySpan<byte> instead)
    {
        instead = line.IndexOf(Separator) >= 0 ? Separator : default;
        return Utf8.IsValid(line) && !line.Contains((byte)0);
    }
}
