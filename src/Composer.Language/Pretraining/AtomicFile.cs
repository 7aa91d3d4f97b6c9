namespace Composer.Language.Pretraining;

/// <summary>Writes a file that appears under its name whole or not at all.</summary>
internal static class AtomicFile
{
    public static void Write(string path, Action<Stream> content)
    {
        var temporary = path + ".tmp";
        using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20))
        {
            content(stream);
            stream.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
    }
}
