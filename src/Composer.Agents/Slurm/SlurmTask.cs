using Composer.Agents.Attempts;
using Composer.Core;
using Composer.Pipeline.Jobs;

namespace Composer.Agents.Slurm;

/// <summary>An attempt on its way: waiting to be submitted, in the queue, running. Owned by <see cref="SlurmQueue"/>.</summary>
internal sealed class SlurmTask
{
    private readonly TimeProvider time;
    private readonly AttemptReader reader;
    private readonly Action<JobEvent, IReadOnlyDictionary<string, Digest>> take;
    private long missingSince;
    private long overSince;
    private long runningSince;
    private bool isMissing;

    /// <param name="folder">The attempt.</param>
    /// <param name="request">What it asks for.</param>
    /// <param name="priority">Lower goes first.</param>
    /// <param name="take">Told what happens in it.</param>
    /// <param name="time">The coordinator's clock.</param>
    public SlurmTask(
        AttemptFolder folder,
        SlurmRequest request,
        int priority,
        Action<JobEvent, IReadOnlyDictionary<string, Digest>> take,
        TimeProvider time)
    {
        (Folder, Request, Priority, this.take, this.time) = (folder, request, priority, take, time);
        reader = new AttemptReader(folder, time);
        Ready = time.GetTimestamp();
    }

    public AttemptFolder Folder { get; }

    public SlurmRequest Request { get; }

    public int Priority { get; }

    /// <summary>When it came.</summary>
    public long Ready { get; }

    /// <summary>After which it goes, among those of its priority.</summary>
    public long Order { get; set; }

    /// <summary>As what it was submitted; null before.</summary>
    public AttemptSubmission? Submission
    {
        get;
        set
        {
            field = value;
            Changed();
        }
    }

    /// <summary>Told when something else can be said of where it is; by the queue's loop.</summary>
    public Action Changed { get; set; } = () => { };

    /// <summary>Files that were looked at for it.</summary>
    public int Looks => reader.Looks;

    /// <summary>The last listing's word on it.</summary>
    public SlurmSighting? Sighting { get; private set; }

    /// <summary>Whether its runner has begun.</summary>
    public bool HasStarted => reader.Start is not null;

    /// <summary>Whether it ended by itself.</summary>
    public bool HasResult => reader.Result is not null;

    /// <summary>Where it runs; null before.</summary>
    public string? Host => reader.Start?.Host;

    /// <summary>How it ended, once that is known.</summary>
    public TaskCompletionSource<SlurmEnd> Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>As a listing names it; null while nobody knows.</summary>
    public string? ListedId => reader.Start?.Id ?? Submission?.ListedId;

    /// <summary>Reads what its runner wrote.</summary>
    public void ReadFiles()
    {
        var begun = HasStarted;
        reader.Read(take);
        if (!begun && HasStarted)
        {
            take(new JobEvent(Began: true), new Dictionary<string, Digest>());
        }
    }

    /// <summary>Takes what a listing that worked says of it, or that it does not have it.</summary>
    public void Take(SlurmSighting? sighting)
    {
        var now = time.GetTimestamp();
        if (sighting is null && !isMissing)
        {
            (isMissing, missingSince) = (true, now);
        }
        else if (sighting is not null)
        {
            isMissing = false;
            runningSince = sighting.State == SlurmState.Running && Sighting?.State != SlurmState.Running ? now : runningSince;
            overSince = sighting.HasEnded && Sighting is not { HasEnded: true } ? now : overSince;
        }

        // What ended and is then forgotten has ended.
        Sighting = sighting ?? (Sighting is { HasEnded: true } ? Sighting : null);
        Changed();
    }

    /// <summary>What is to become of it.</summary>
    public SlurmVerdict Judge(TimeSpan silence) => SlurmVerdict.Of(
        new AttemptSituation
        {
            Sighting = Sighting,
            Missing = isMissing ? time.GetElapsedTime(missingSince) : TimeSpan.Zero,
            Over = Sighting is { HasEnded: true } ? time.GetElapsedTime(overSince) : TimeSpan.Zero,
            Running = Sighting?.State == SlurmState.Running ? time.GetElapsedTime(runningSince) : TimeSpan.Zero,
            HasStarted = HasStarted,
            Silent = reader.Silent,
            HasProgressed = reader.HasProgressed,
            Result = reader.Result,
            Unseen = reader.Unseen is { } file ? (file, reader.UnseenFor) : null,
        },
        silence);

    /// <summary>The end, with what came of it.</summary>
    public void End(SlurmVerdict verdict) => Ended.TrySetResult(new SlurmEnd(verdict, reader.Result?.Result));

    /// <summary>The last that its log has; empty where it has none.</summary>
    public string LogTail()
    {
        try
        {
            return Submission is { } submission && SlurmSubmission.LogOf(submission) is var log && File.Exists(log)
                ? File.ReadLines(log).LastOrDefault(line => !string.IsNullOrWhiteSpace(line))?.Trim() ?? ""
                : "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}

/// <summary>How an attempt ended.</summary>
/// <param name="Verdict">What is to become of its job.</param>
/// <param name="Result">What it left itself; null when it left nothing.</param>
internal sealed record SlurmEnd(SlurmVerdict Verdict, JobResult? Result);
