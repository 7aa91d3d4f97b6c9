using System.Globalization;
using System.Text.Unicode;

namespace Composer.Language.Files;

/// <summary>What a file is by its first bytes, whatever its name says.</summary>
/// <param name="Kind">What can be done with it.</param>
/// <param name="Name">For people, with its article: <c>a zip archive</c>.</param>
/// <param name="Command">What makes something readable of it, where FILE is the file; null where no command does.</param>
internal sealed record FileContent(ContentKind Kind, string Name, string? Command = null)
{
    /// <summary>As many bytes tell: tar's mark is at 257, and a NUL among so many tells text from binary.</summary>
    public const int HeadBytes = 8192;

    private static readonly FileContent Text = new(ContentKind.Text, "text");
    private static readonly FileContent Empty = new(ContentKind.Empty, "empty");

    /// <summary>The content of a file that is there.</summary>
    /// <exception cref="Core.Diagnostics.UserInputException">It cannot be opened.</exception>
    public static FileContent OfFile(string path) => Of(HeadOf(path));

    /// <summary>The first bytes of a file, at most <see cref="HeadBytes"/>.</summary>
    /// <exception cref="Core.Diagnostics.UserInputException">It cannot be opened.</exception>
    public static byte[] HeadOf(string path)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            var head = new byte[HeadBytes];
            return head[..stream.ReadAtLeast(head, HeadBytes, throwOnEndOfStream: false)];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw LanguageMistake.Unreadable(path, exception.Message);
        }
    }

    /// <param name="head">The first bytes, all there are or <see cref="HeadBytes"/>.</param>
    public static FileContent Of(ReadOnlySpan<byte> head)
    {
        if (head.IsEmpty)
        {
            return Empty;
        }

        var isText = IsText(head);
        foreach (var signature in Signatures.All)
        {
            if (signature.Matches(head, isText))
            {
                return signature.Content;
            }
        }

        var zero = isText ? -1 : head.IndexOf((byte)0);
        return Wide(head) ?? (zero < 0 ? Text : new FileContent(
            ContentKind.Binary, string.Create(CultureInfo.InvariantCulture, $"binary data (byte {zero} is 0)")));
    }

    private static bool IsText(ReadOnlySpan<byte> head)
    {
        // The last character may be cut.
        var end = head.Length < HeadBytes ? head.Length : head.Length - 3;
        while (end > 0 && end < head.Length && (head[end] & 0xC0) == 0x80)
        {
            end--;
        }

        return !head.Contains((byte)0) && Utf8.IsValid(head[..end]);
    }

    /// <summary>UTF-16 without a mark: most of every other byte is 0, and few of the bytes between.</summary>
    private static FileContent? Wide(ReadOnlySpan<byte> head)
    {
        var zeros = (Even: 0, Odd: 0);
        for (var i = 0; i + 1 < head.Length; i += 2)
        {
            zeros.Even += head[i] == 0 ? 1 : 0;
            zeros.Odd += head[i + 1] == 0 ? 1 : 0;
        }

        var most = head.Length / 2;
        return head.Length < 4 ? null
            : zeros.Odd > most * 0.7 && zeros.Even < most * 0.1 ? Signatures.Utf16Little
            : zeros.Even > most * 0.7 && zeros.Odd < most * 0.1 ? Signatures.Utf16Big
            : null;
    }
}
