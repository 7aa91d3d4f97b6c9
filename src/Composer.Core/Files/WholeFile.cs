using Composer.Core.Faults;

namespace Composer.Core.Files;

/// <summary>Writes files that appear under their name whole or not at all: under a temporary name beside it, then renamed.</summary>
/// <remarks>
/// A writer that is killed leaves the temporary file, which the next writer of the same name writes over; one that fails
/// removes it. Two writers of one file at a time each need an ending of their own. The store has a way of its own, which
/// flushes many files and folders together.
/// </remarks>
/// <param name="ending">Of the temporary name.</param>
/// <param name="isFlushed">Whether the content is on the disk before the file has its name.</param>
/// <param name="begun">Where a process may die once the content is written, and not yet flushed.</param>
/// <param name="written">Where it may die before the file has its name.</param>
/// <param name="named">Where it may die once it has.</param>
public sealed class WholeFile(
    string ending = WholeFile.Writing,
    bool isFlushed = false,
    PublishingPoint? begun = null,
    PublishingPoint? written = null,
    PublishingPoint? named = null)
{
    /// <summary>How temporary names end.</summary>
    public const string Writing = ".writing";

    private const int BufferSize = 1 << 20;

    /// <summary>Nothing waits for the disk: for what is of use only while the machine stays up.</summary>
    public static WholeFile Quick { get; } = new();

    /// <summary>The content is on the disk before the file has its name.</summary>
    public static WholeFile Durable { get; } = new(isFlushed: true);

    /// <summary>Writes bytes.</summary>
    public void Write(string path, byte[] content) => Write(path, stream => stream.Write(content), bufferSize: 0);

    /// <summary>Writes what a function writes.</summary>
    public void Write(string path, Action<Stream> content) => Write(path, content, BufferSize);

    private void Write(string path, Action<Stream> content, int bufferSize)
    {
        var temporary = path + ending;
        try
        {
            using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize))
            {
                content(stream);
                Pass(begun);
                stream.Flush(isFlushed);
            }

            Pass(written);
            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            Remove(temporary);
            throw;
        }

        Pass(named);
    }

    private static void Pass(PublishingPoint? point)
    {
        if (point is { } known)
        {
            FaultInjection.Pass(known);
        }
    }

    private static void Remove(string temporary)
    {
        try
        {
            File.Delete(temporary);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What went wrong first is what the caller is to hear.
        }
    }
}
