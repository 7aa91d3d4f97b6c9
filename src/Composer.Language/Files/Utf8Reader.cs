using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Composer.Language.Files;

/// <summary>
/// A text file's bytes, unpacked, a piece at a time, each of whole characters that are UTF-8 without a NUL. A byte-order mark at the
/// start is left out.
/// </summary>
/// <remarks>Holds a piece and what its user keeps of it, never the file. Not thread-safe.</remarks>
internal sealed class Utf8Reader : IDisposable
{
    private const int PieceBytes = 1 << 20;
    private static readonly byte[] Mark = [0xEF, 0xBB, 0xBF];

    private readonly string path;
    private readonly UnpackedStream stream;
    private byte[] buffer = new byte[2 * PieceBytes];
    private int filled;
    private int whole;
    private bool began;
    private int line = 1;
    private long column = 1;

    /// <param name="path">The file.</param>
    /// <param name="isGood">Which lines of it there are; null: all bytes.</param>
    /// <exception cref="Core.Diagnostics.UserInputException">It cannot be opened, or is no text by its first bytes.</exception>
    public Utf8Reader(string path, FilteredLines.LineTest? isGood = null) => (this.path, stream) = (path, new UnpackedStream(path, isGood));

    /// <summary>What was read last, behind what was kept.</summary>
    public ReadOnlySpan<byte> Text => buffer.AsSpan(0, whole);

    /// <summary>Where <see cref="Text"/> begins in the unpacked bytes.</summary>
    public long Start { get; private set; }

    /// <summary>Lines left out so far.</summary>
    public long Skipped => stream.Skipped;

    /// <summary>Whether the file is packed.</summary>
    public bool IsPacked => stream.IsPacked;

    /// <summary>Reads the next piece.</summary>
    /// <param name="keep">How many of the last bytes of <see cref="Text"/> stay, before the new ones.</param>
    /// <returns>Whether there was more.</returns>
    /// <exception cref="Core.Diagnostics.UserInputException">A byte is no UTF-8 or is 0, or what is packed is damaged.</exception>
    public bool Read(int keep = 0)
    {
        var first = whole - keep;
        buffer.AsSpan(first, filled - first).CopyTo(buffer);
        Start += first;
        (filled, whole) = (filled - first, keep);
        if (buffer.Length - filled < PieceBytes)
        {
            Array.Resize(ref buffer, checked(2 * buffer.Length));
        }

        var read = stream.ReadAtLeast(buffer.AsSpan(filled, PieceBytes), PieceBytes, throwOnEndOfStream: false);
        filled += read;
        if (!began)
        {
            Begin();
        }

        Check(isLast: read == 0);
        return whole > keep;
    }

    public void Dispose() => stream.Dispose();

    private void Begin()
    {
        began = true;
        var content = FileContent.Of(buffer.AsSpan(0, Math.Min(filled, FileContent.HeadBytes)));
        if (content.Kind is not (ContentKind.Text or ContentKind.Empty))
        {
            var name = IsPacked ? $"{stream.Content.Name} of {content.Name}" : content.Name;
            throw LanguageMistake.Content(path, name, "text", content.Command);
        }

        if (buffer.AsSpan(0, filled).StartsWith(Mark))
        {
            buffer.AsSpan(Mark.Length, filled - Mark.Length).CopyTo(buffer);
            filled -= Mark.Length;
            Start = Mark.Length;
        }
    }

    /// <summary>Finds the last whole character and checks all up to it.</summary>
    private void Check(bool isLast)
    {
        var fresh = buffer.AsSpan(whole, filled - whole);
        var isWhole = Rune.DecodeLastFromUtf8(fresh, out _, out var last) != OperationStatus.NeedMoreData;
        var cut = fresh.IsEmpty || isWhole ? 0 : last;
        var known = fresh[..^cut];
        if (!Utf8.IsValid(known) || known.Contains((byte)0) || (isLast && cut > 0))
        {
            Fail(fresh, cut, isLast);
        }

        Pass(known);
        whole += known.Length;
    }

    private void Pass(ReadOnlySpan<byte> known)
    {
        var lineEnd = known.LastIndexOf((byte)'\n');
        if (lineEnd >= 0)
        {
            line += known[..(lineEnd + 1)].Count((byte)'\n');
            column = 1;
        }

        column += Encoding.UTF8.GetCharCount(known[(lineEnd + 1)..]);
    }

    private void Fail(ReadOnlySpan<byte> fresh, int cut, bool isLast)
    {
        var place = 0;
        while (place < fresh.Length - cut && fresh[place] != 0
            && Rune.DecodeFromUtf8(fresh[place..], out _, out var length) == OperationStatus.Done)
        {
            place += length;
        }

        Pass(fresh[..place]);
        throw LanguageMistake.Encoding(
            path,
            line,
            (int)Math.Min(column, int.MaxValue),
            Start + whole + place,
            IsPacked ? stream.Content.Kind : null,
            Utf8Fault.Of(fresh[place..], isLast && place == fresh.Length - cut));
    }
}
