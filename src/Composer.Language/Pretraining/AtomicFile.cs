using Composer.Core.Faults;

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
            FaultInjection.Pass(PublishingPoint.CheckpointBegun);
            stream.Flush(flushToDisk: true);
        }

        FaultInjection.Pass(PublishingPoint.CheckpointWritten);
        File.Move(temporary, path, overwrite: true);
        FaultInjection.Pass(PublishingPoint.CheckpointNamed);
    }
}
