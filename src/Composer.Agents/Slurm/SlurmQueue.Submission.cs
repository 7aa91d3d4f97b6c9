using Composer.Core.Files;

namespace Composer.Agents.Slurm;

/// <content>Giving attempts to Slurm, each once, whatever <c>sbatch</c> says of it.</content>
internal sealed partial class SlurmQueue
{
    private async Task SubmitAsync(CancellationToken cancellation)
    {
        if (isRefused && time.GetElapsedTime(refusedAt) < submissionPause)
        {
            return;
        }

        isRefused = false;
        while (TakeReady() is { Count: > 0 } ready)
        {
            if (!await SubmitAsync(ready, cancellation).ConfigureAwait(false))
            {
                return;
            }
        }
    }

    /// <summary>The next that are ready and ask for the same, as many as there is room for.</summary>
    private List<SlurmTask> TakeReady()
    {
        var ready = new List<SlurmTask>();
        lock (gate)
        {
            var room = Math.Min(place.Settings.Queue - active.Count, place.Settings.Array);
            if (room <= 0 || waiting.Count == 0 || !IsGathered(room))
            {
                return ready;
            }

            var others = new List<SlurmTask>();
            while (ready.Count < room && waiting.TryDequeue(out var task, out _))
            {
                if (task.Ended.Task.IsCompleted)
                {
                    continue;
                }

                if (ready.Count > 0 && ready[0].Request != task.Request)
                {
                    others.Add(task);
                    continue;
                }

                ready.Add(task);
            }

            others.ForEach(task => waiting.Enqueue(task, (task.Priority, task.Order)));
            active.AddRange(ready);
        }

        return ready;
    }

    private bool IsGathered(int room) =>
        waiting.Count >= room || waiting.UnorderedItems.Any(w => time.GetElapsedTime(w.Element.Ready) >= Gathering);

    /// <returns>False when Slurm takes no more for now; the tasks wait again.</returns>
    private async Task<bool> SubmitAsync(List<SlurmTask> tasks, CancellationToken cancellation)
    {
        try
        {
            tasks = await NotSubmittedAsync(tasks, cancellation).ConfigureAwait(false);
        }
        catch (SlurmException e)
        {
            return Postpone(tasks, e);
        }

        if (tasks.Count == 0)
        {
            return true;
        }

        SlurmSubmission submission;
        try
        {
            submission = place.Submission(tasks[0].Request, [.. tasks.Select(t => t.Folder)]);

            // Before it is submitted: a coordinator that dies between the two leaves what its successor can find. Side by side, since a
            // disk takes many files in the time of one.
            Parallel.For(0, tasks.Count, AtOnce, i => Write(tasks[i], submission.Of(i), WholeFile.Durable));
        }
        catch (Exception e)
        {
            // The disk takes nothing for now: they wait again.
            WaitAgain(tasks);
            throw e is AggregateException { InnerException: { } first } ? new IOException(first.Message, first) : e;
        }

        try
        {
            var id = await SubmitAsync(submission.ScriptFile, cancellation).ConfigureAwait(false);
            tasks.ForEach(t => Write(t, t.Submission! with { Id = id }, WholeFile.Quick));
            HearSlurm();
            isFull = false;
            (submissionPause, listingPause, isListingDue) = (FirstPause, FirstPause, true);
            return true;
        }
        catch (SlurmException e) when (e.Fault == SlurmFault.Refused)
        {
            foreach (var task in tasks)
            {
                Forget(task);
                task.End(new SlurmVerdict(VerdictKind.Failed, $"Slurm refuses it: {e.Message} ({task.Request})"));
            }

            return true;
        }
        catch (SlurmException e)
        {
            return Postpone(tasks, e);
        }
    }

    /// <summary>After a failure that may have been none, a submission is looked for by its comment before it is made again.</summary>
    private async Task<List<SlurmTask>> NotSubmittedAsync(List<SlurmTask> tasks, CancellationToken cancellation)
    {
        if (tasks.All(t => t.Submission is null))
        {
            return tasks;
        }

        var byComment = (await slurm.ListAsync(place.Name, cancellation).ConfigureAwait(false)).ToLookup(s => s.Comment, StringComparer.Ordinal);
        tasks.ForEach(t => Identify(t, byComment));
        HearSlurm();
        isListingDue = true;

        // One that ran while Slurm did not answer, and that it has forgotten since, tells of itself.
        tasks.ForEach(t => t.ReadFiles());
        return [.. tasks.Where(t => t.Submission is not { Id: not null } && !t.HasStarted)];
    }

    /// <summary>A submission under way is not broken off at once: whether it was made would be open.</summary>
    private async Task<string> SubmitAsync(string scriptFile, CancellationToken cancellation)
    {
        using var patience = new CancellationTokenSource();
        await using var registration = cancellation.Register(() => patience.CancelAfter(Grace)).ConfigureAwait(false);
        return await slurm.SubmitAsync(scriptFile, patience.Token).ConfigureAwait(false);
    }

    private void WaitAgain(List<SlurmTask> tasks)
    {
        lock (gate)
        {
            foreach (var task in tasks)
            {
                active.Remove(task);
                waiting.Enqueue(task, (task.Priority, task.Order));
            }
        }
    }

    /// <summary>Slurm takes none for now, or does not say whether it did; the tasks wait again.</summary>
    private bool Postpone(List<SlurmTask> tasks, SlurmException failure)
    {
        if (failure.Fault != SlurmFault.Full)
        {
            MissSlurm(failure.Message);
        }
        else if (!isFull)
        {
            isFull = true;
            Noticed($"Slurm takes no more jobs for now ({failure.Message.TrimEnd('.')}); the rest waits, agents.slurm.queue says how many at once");
        }

        WaitAgain(tasks);
        (isRefused, refusedAt) = (true, time.GetTimestamp());
        submissionPause = TimeSpan.FromTicks(Math.Min(submissionPause.Ticks * 2, LongestPause.Ticks));
        return false;
    }
}
