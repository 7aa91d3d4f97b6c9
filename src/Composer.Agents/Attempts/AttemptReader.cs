using Composer.Core;
using Composer.Core.Json;
using Composer.Language.Pretraining;
using Composer.Pipeline.Jobs;

namespace Composer.Agents.Attempts;

/// <summary>Follows an attempt by its files, from the coordinator's machine. Not thread-safe.</summary>
/// <param name="folder">Its folder.</param>
/// <param name="time">The coordinator's clock: no other machine's enters.</param>
internal sealed class AttemptReader(AttemptFolder folder, TimeProvider time)
{
    private readonly List<AttemptEvent> late = [];
    private byte[] heartbeat = [];
    private long heard = time.GetTimestamp();
    private long lateSince;
    private long position;
    private bool hasFinishedUnits;

    /// <summary>Who works on it; null until somebody does.</summary>
    public AttemptStart? Start { get; private set; }

    /// <summary>How many times it looked at a file.</summary>
    public int Looks { get; private set; }

    /// <summary>How it ended; null while it has not, and while outputs that it names are not to be seen.</summary>
    public AttemptResult? Result { get; private set; }

    /// <summary>How long it has not been heard of, since it began.</summary>
    public TimeSpan Silent => Start is null ? TimeSpan.Zero : time.GetElapsedTime(heard);

    /// <summary>Whether it left anything to go on from: a finished unit, a checkpoint later than the one that it found.</summary>
    public bool HasProgressed =>
        hasFinishedUnits || (Start is not null && PretrainFiles.NewestStep(folder.JobFolder) is { } step && step > (Start.Step ?? -1));

    /// <summary>Outputs that it names and that cannot be read as it wrote them; null when there is nothing to wait for.</summary>
    public string? Unseen { get; private set; }

    /// <summary>How long <see cref="Unseen"/> is waited for.</summary>
    public TimeSpan UnseenFor => Unseen is null ? TimeSpan.Zero : time.GetElapsedTime(lateSince);

    /// <summary>Reads what is new.</summary>
    /// <param name="take">Told what happened; a finished unit when its files are there, with their digests.</param>
    public void Read(Action<JobEvent, IReadOnlyDictionary<string, Digest>> take)
    {
        if (Start is null)
        {
            // One look at an attempt that waits: there may be thousands.
            if ((Start = TryRead<AttemptStart>(folder.StartedFile)) is null)
            {
                return;
            }

            heard = time.GetTimestamp();
        }

        // The result is looked for before the events: what happened before it was written is to be seen by then.
        var result = Result ?? TryRead<AttemptResult>(folder.ResultFile);

        // What told of something since its last beat is alive, and its heartbeat is not looked at.
        if (time.GetElapsedTime(heard) >= AttemptRunner.HeartbeatInterval
            && TryReadBytes(folder.HeartbeatFile) is { Length: > 0 } beat && !beat.AsSpan().SequenceEqual(heartbeat))
        {
            (heartbeat, heard) = (beat, time.GetTimestamp());
        }

        late.AddRange(NewEvents(take));
        Settle(take, result);
        Result = Unseen is null ? result : null;
    }

    private T? TryRead<T>(string path)
        where T : class
    {
        try
        {
            return TryReadBytes(path) is { Length: > 0 } bytes ? ComposerJson.Read<T>(bytes) : null;
        }
        catch (InvalidDataException)
        {
            // Written this moment.
            return null;
        }
    }

    private byte[]? TryReadBytes(string path)
    {
        Looks++;
        try
        {
            return File.Exists(path) ? File.ReadAllBytes(path) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Hands over what has happened but for finished units, whose files have to be looked at.</summary>
    private List<AttemptEvent> NewEvents(Action<JobEvent, IReadOnlyDictionary<string, Digest>> take)
    {
        var finished = new List<AttemptEvent>();
        foreach (var line in NewLines())
        {
            AttemptEvent happened;
            try
            {
                happened = ComposerJson.Read<AttemptEvent>(line);
            }
            catch (InvalidDataException)
            {
                // A shared file system may show a file's length before its bytes: it is read again.
                break;
            }

            position += line.Length + 1;
            heard = time.GetTimestamp();
            if (happened.Event.Finished is null)
            {
                take(happened.Event, Empty);
            }
            else
            {
                finished.Add(happened);
            }
        }

        return finished;
    }

    private static IReadOnlyDictionary<string, Digest> Empty { get; } = new Dictionary<string, Digest>();

    /// <summary>The lines that are whole, without their ends.</summary>
    private List<byte[]> NewLines()
    {
        Looks++;
        try
        {
            if (!File.Exists(folder.EventsFile))
            {
                return [];
            }

            using var stream = new FileStream(folder.EventsFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            stream.Position = position;
            using var content = new MemoryStream();
            stream.CopyTo(content);
            var bytes = content.GetBuffer().AsSpan(0, (int)content.Length);

            // A line that is being written is read when it is whole.
            var lines = new List<byte[]>();
            for (int end; (end = bytes.IndexOf((byte)'\n')) >= 0; bytes = bytes[(end + 1)..])
            {
                lines.Add(bytes[..end].ToArray());
            }

            return lines;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>Hands over the finished units whose files are to be seen as they were written.</summary>
    private void Settle(Action<JobEvent, IReadOnlyDictionary<string, Digest>> take, AttemptResult? result)
    {
        var (before, unseen) = (Unseen, (string?)null);
        late.RemoveAll(happened =>
        {
            if (MissingOf(happened.Digests ?? Empty) is { } missing)
            {
                unseen ??= missing;
                return false;
            }

            hasFinishedUnits = true;
            take(happened.Event, happened.Digests ?? Empty);
            return true;
        });
        Unseen = unseen ?? (result is not null && position < result.EventBytes
            ? Path.GetRelativePath(folder.JobFolder, folder.EventsFile)
            : null);
        if (before is null && Unseen is not null)
        {
            lateSince = time.GetTimestamp();
        }
    }

    private string? MissingOf(IReadOnlyDictionary<string, Digest> files)
    {
        foreach (var (file, digest) in files)
        {
            Looks++;
            try
            {
                if (Digest.OfFile(Path.Combine(folder.JobFolder, file)) != digest)
                {
                    return file;
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return file;
            }
        }

        return null;
    }
}
