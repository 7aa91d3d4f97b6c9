using System.Diagnostics;
using System.Text.Json;
using Composer.Core.Files;
using Composer.Core.Json;
using Composer.Pipeline.Jobs;
using Composer.Pipeline.Progress;

namespace Composer.Pipeline.Scheduling;

/// <summary>
/// How far a stage has come, as a file in its work folder: coordinators that wait for its holder show it too.
/// </summary>
internal sealed class SharedProgress(string folder) : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);
    private readonly Lock gate = new();
    private long written;
    private bool ended;

    /// <summary>Says how far it is, unless it said so a moment ago.</summary>
    public void Write(StageProgress progress)
    {
        lock (gate)
        {
            if (ended || (written != 0 && Stopwatch.GetElapsedTime(written) < Interval))
            {
                return;
            }

            written = Stopwatch.GetTimestamp();
            try
            {
                WholeFile.Quick.Write(Path.Combine(folder, JobFileNames.Progress), ComposerJson.Write(progress));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Others see less; who computes is told of its disk soon enough.
            }
        }
    }

    /// <summary>What the holder said last; null when it said nothing yet.</summary>
    public static StageProgress? Read(string folder)
    {
        try
        {
            return ComposerJson.Read<StageProgress>(File.ReadAllBytes(Path.Combine(folder, JobFileNames.Progress)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or InvalidDataException)
        {
            return null;
        }
    }

    /// <summary>Nothing is written after this: the folder may be removed.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            ended = true;
        }
    }
}
