using Composer.Core.Files;
using Composer.Core.Json;

namespace Composer.Agents.Slurm;

/// <summary>
/// The attempts of one coordinator at a cluster: a bounded number in Slurm's queue, those that are ready together as arrays; one
/// listing a cycle for all of them, and their files.
/// </summary>
/// <remarks>One loop owns all state; whoever adds attempts from other threads hands them over.</remarks>
internal sealed partial class SlurmQueue : IAsyncDisposable
{
    /// <summary>What is ready within so long is submitted together.</summary>
    internal static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(300);

    /// <summary>Attempts whose files are looked at in one pass; of more, so many that each has its turn within five passes.</summary>
    private const int FilesAtOnce = 100;

    private const int PassesForAll = 5;
    private static readonly ParallelOptions AtOnce = new() { MaxDegreeOfParallelism = 16 };

    /// <summary>How long a submission under way has when the coordinator ends, so that its number is known.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan FilePause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(60);

    private readonly ISlurm slurm;
    private readonly SlurmPlace place;
    private readonly TimeProvider time;
    private readonly Lock gate = new();
    private readonly PriorityQueue<SlurmTask, (int Priority, long Order)> waiting = new();
    private readonly List<SlurmTask> active = [];
    private readonly List<SlurmTask> toCancel = [];
    private readonly CancellationTokenSource stop = new();
    private readonly SemaphoreSlim woken = new(0);
    private readonly Task loop;
    private TimeSpan listingPause = FirstPause;
    private TimeSpan submissionPause = FirstPause;
    private long listed;
    private long filesRead;
    private long refusedAt;
    private bool isRefused;
    private bool isListingDue = true;
    private bool isSilent;
    private bool isFull;
    private string trouble = "";
    private string? broken;
    private int turn;
    private long order;

    /// <param name="slurm">The cluster.</param>
    /// <param name="place">Where and as what things are submitted.</param>
    /// <param name="time">The coordinator's clock.</param>
    /// <param name="runsItself">Whether a loop of its own steps it; else whoever has it does.</param>
    public SlurmQueue(ISlurm slurm, SlurmPlace place, TimeProvider time, bool runsItself = true)
    {
        (this.slurm, this.place, this.time) = (slurm, place, time);
        loop = runsItself ? Task.Run(RunAsync) : Task.CompletedTask;
    }

    /// <summary>Told when the controller does not answer, and when it does again.</summary>
    public event Action<string> Noticed = _ => { };

    /// <summary>Attempts that are on their way, in Slurm's queue or before it.</summary>
    public int Count
    {
        get
        {
            lock (gate)
            {
                return active.Count + waiting.Count;
            }
        }
    }

    /// <summary>How many times it looked at a file of an attempt.</summary>
    public long Looks { get; private set; }

    /// <summary>Adds an attempt that is to be submitted, or, with a submission, one that was.</summary>
    public void Add(SlurmTask task)
    {
        lock (gate)
        {
            if (broken is not null)
            {
                task.End(new SlurmVerdict(VerdictKind.Failed, broken));
            }
            else if (task.Submission is null)
            {
                task.Order = order++;
                waiting.Enqueue(task, (task.Priority, task.Order));
            }
            else
            {
                active.Add(task);
                isListingDue = true;
            }
        }

        woken.Release();
    }

    /// <summary>Forgets an attempt; what is in Slurm's queue is cancelled if that is wanted.</summary>
    public void Remove(SlurmTask task, bool cancels)
    {
        lock (gate)
        {
            var isTaken = active.Remove(task);
            if (cancels && (isTaken || task.Submission is not null))
            {
                toCancel.Add(task);
            }
        }

        woken.Release();
    }

    /// <summary>One pass: files, listing, verdicts, submissions, cancellations.</summary>
    /// <returns>When the next is due, unless something comes before.</returns>
    public async Task<TimeSpan> StepAsync(CancellationToken cancellation)
    {
        ReadFiles();
        await ListAsync(cancellation).ConfigureAwait(false);
        Judge();
        await CancelAsync(cancellation).ConfigureAwait(false);
        await SubmitAsync(cancellation).ConfigureAwait(false);
        lock (gate)
        {
            return active.Count == 0 && waiting.Count == 0 ? LongestPause
                : waiting.Count > 0 && active.Count < place.Settings.Queue && !isRefused ? Gathering
                : FilePause;
        }
    }

    /// <summary>Ends the loop, after the cancellations that were asked for.</summary>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync().ConfigureAwait(false);
        await loop.ConfigureAwait(false);
        using var last = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        await CancelAsync(last.Token).ConfigureAwait(false);
        stop.Dispose();
        woken.Dispose();
    }

    private async Task RunAsync()
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var pause = await StepAsync(stop.Token).ConfigureAwait(false);
                trouble = "";
                await woken.WaitAsync(pause, stop.Token).ConfigureAwait(false);
                while (await woken.WaitAsync(TimeSpan.Zero, CancellationToken.None).ConfigureAwait(false))
                {
                    // Thousands that came at once are one reason to look.
                }
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
            {
                // A shared folder that is full or gone for a moment: what is in the queue stays there.
                if (trouble != e.Message)
                {
                    trouble = e.Message;
                    Noticed($"{e.Message.TrimEnd('.')}; waits for it");
                }

                await Task.Delay(FirstPause, time, stop.Token).ContinueWith(
                    _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default).ConfigureAwait(false);
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                // A bug; nobody is left waiting for what no loop tells any more.
                Break($"the queue of Slurm's jobs ended with {e.GetType().Name}: {e.Message}");
                return;
            }
        }
    }

    private void Break(string why)
    {
        lock (gate)
        {
            broken = why;
            foreach (var task in active.Concat(waiting.UnorderedItems.Select(w => w.Element)))
            {
                task.End(new SlurmVerdict(VerdictKind.Failed, why));
            }

            active.Clear();
            waiting.Clear();
        }
    }

    private SlurmTask[] Active()
    {
        lock (gate)
        {
            return [.. active];
        }
    }

    private void ReadFiles()
    {
        if (filesRead != 0 && time.GetElapsedTime(filesRead) < FilePause)
        {
            return;
        }

        filesRead = time.GetTimestamp();
        foreach (var task in InTurn(Active()))
        {
            var (begun, looks) = (task.HasStarted, task.Looks);
            task.ReadFiles();
            Looks += task.Looks - looks;
            isListingDue |= !begun && task.HasStarted && task.Sighting is null;
        }
    }

    /// <summary>All where they are few; of many, those whose turn it is: a shared folder answers so many looks a second.</summary>
    private IEnumerable<SlurmTask> InTurn(SlurmTask[] tasks)
    {
        var count = Math.Min(tasks.Length, Math.Max(FilesAtOnce, (tasks.Length + PassesForAll - 1) / PassesForAll));
        var first = count < tasks.Length ? turn % tasks.Length : 0;
        turn = first + count;
        return Enumerable.Range(first, count).Select(i => tasks[i % tasks.Length]);
    }

    private async Task ListAsync(CancellationToken cancellation)
    {
        var tasks = Active();
        if (tasks.Length == 0 || (!isListingDue && time.GetElapsedTime(listed) < listingPause)
            || (listed != 0 && time.GetElapsedTime(listed) < FirstPause))
        {
            return;
        }

        (listed, isListingDue) = (time.GetTimestamp(), false);
        try
        {
            var seen = await slurm.ListAsync(place.Name, cancellation).ConfigureAwait(false);
            var missing = await TakeAsync(tasks, seen, cancellation).ConfigureAwait(false);
            HearSlurm();
            listingPause = missing ? FirstPause : TimeSpan.FromTicks(Math.Min(listingPause.Ticks * 3 / 2, LongestPause.Ticks));
        }
        catch (SlurmException e)
        {
            MissSlurm(e.Message);
            listingPause = TimeSpan.FromTicks(Math.Min(listingPause.Ticks * 2, LongestPause.Ticks));
        }
    }

    /// <summary>Gives each task its sighting; what the listing lacks is asked of the accounting.</summary>
    /// <returns>Whether something changed, so that the next listing is due soon.</returns>
    private async Task<bool> TakeAsync(SlurmTask[] tasks, IReadOnlyList<SlurmSighting> seen, CancellationToken cancellation)
    {
        var byId = SlurmSighting.ById(seen);
        var byComment = seen.ToLookup(s => s.Comment, StringComparer.Ordinal);
        var (missing, changed) = (new List<SlurmTask>(), false);
        foreach (var task in tasks)
        {
            Identify(task, byComment);
            if (task.ListedId is { } id && byId.TryGetValue(id, out var sighting))
            {
                changed |= sighting.Word != task.Sighting?.Word;
                task.Take(sighting);
            }
            else
            {
                missing.Add(task);
            }
        }

        string[] ids = [.. missing.Select(t => t.ListedId).OfType<string>()];
        var remembered = SlurmSighting.ById(
            ids.Length == 0 ? [] : await slurm.RememberAsync(ids, cancellation).ConfigureAwait(false));
        foreach (var task in missing)
        {
            task.Take(task.ListedId is { } id ? remembered.GetValueOrDefault(id) : null);
        }

        return changed || missing.Count > 0;
    }

    /// <summary>A submission of which nobody was told the number is found by its comment.</summary>
    private static void Identify(SlurmTask task, ILookup<string, SlurmSighting> byComment)
    {
        if (task.Submission is { Id: null } submission && byComment[submission.Comment].FirstOrDefault() is { } found)
        {
            Write(task, submission with { Id = found.Id.Split('_')[0] }, WholeFile.Quick);
        }
    }

    private void Judge()
    {
        foreach (var task in Active())
        {
            var verdict = task.Judge(place.Settings.Silence.Value);
            if (verdict.Kind == VerdictKind.Wait)
            {
                continue;
            }

            lock (gate)
            {
                active.Remove(task);
                if (verdict.IsToBeCancelled)
                {
                    toCancel.Add(task);
                }
            }

            task.End(verdict);
        }
    }

    private async Task CancelAsync(CancellationToken cancellation)
    {
        HashSet<SlurmTask> tasks;
        lock (gate)
        {
            tasks = [.. toCancel];
        }

        if (tasks.Count == 0)
        {
            return;
        }

        try
        {
            if (tasks.Any(t => t is { ListedId: null, Submission: not null }))
            {
                var byComment = (await slurm.ListAsync(place.Name, cancellation).ConfigureAwait(false))
                    .ToLookup(s => s.Comment, StringComparer.Ordinal);
                foreach (var task in tasks)
                {
                    Identify(task, byComment);
                }
            }

            string[] ids = [.. tasks.Select(t => t.ListedId).OfType<string>()];
            if (ids.Length > 0)
            {
                await slurm.CancelAsync(ids, cancellation).ConfigureAwait(false);
            }

            lock (gate)
            {
                toCancel.RemoveAll(tasks.Contains);
            }
        }
        catch (SlurmException e)
        {
            MissSlurm(e.Message);
        }
        catch (OperationCanceledException)
        {
            // The coordinator ends; what runs on is found by the next.
        }
    }

    private void Forget(SlurmTask task)
    {
        lock (gate)
        {
            active.Remove(task);
        }
    }

    private void HearSlurm()
    {
        if (isSilent)
        {
            isSilent = false;
            Noticed("Slurm answers again");
        }
    }

    private void MissSlurm(string message)
    {
        if (!isSilent)
        {
            isSilent = true;
            Noticed($"Slurm does not answer ({message.TrimEnd('.')}); it is asked again, and what it runs runs on");
        }
    }

    private static void Write(SlurmTask task, AttemptSubmission submission, WholeFile file)
    {
        // Known here also when the disk takes nothing; without its number a successor finds it by its comment.
        task.Submission = submission;
        file.Write(task.Folder.SubmissionFile, ComposerJson.Write(submission));
    }
}
