using Composer.Agents.Attempts;

namespace Composer.Agents.Slurm;

/// <summary>What is to become of an attempt.</summary>
internal enum VerdictKind
{
    /// <summary>Nothing yet.</summary>
    Wait = 0,

    /// <summary>It ended by itself: its result is what counts, whatever the scheduler says.</summary>
    Ended = 1,

    /// <summary>The cluster lost it, or took it away: it is submitted again, within the budget.</summary>
    Lost = 2,

    /// <summary>It was stopped, by a signal or its time limit, with something to go on from: submitted again, within the budget.</summary>
    Interrupted = 3,

    /// <summary>It never began, since the cluster cannot run it: submitted again a few times.</summary>
    NotBegun = 4,

    /// <summary>Its process died without a word: submitted again once.</summary>
    Died = 5,

    /// <summary>Submitted again it would end in the same way.</summary>
    Failed = 6,
}

/// <summary>What is known of an attempt.</summary>
internal sealed record AttemptSituation
{
    /// <summary>As the last listing that worked has it; null where that has it not.</summary>
    public required SlurmSighting? Sighting { get; init; }

    /// <summary>For how long listings that worked do not have it.</summary>
    public required TimeSpan Missing { get; init; }

    /// <summary>For how long it has been seen to have ended.</summary>
    public required TimeSpan Over { get; init; }

    /// <summary>For how long it has been seen to run.</summary>
    public required TimeSpan Running { get; init; }

    /// <summary>Whether its runner has begun.</summary>
    public required bool HasStarted { get; init; }

    /// <summary>For how long its runner has not been heard of.</summary>
    public required TimeSpan Silent { get; init; }

    /// <summary>Whether it left anything to go on from: a finished unit, a checkpoint.</summary>
    public required bool HasProgressed { get; init; }

    /// <summary>How it ended by itself; null while it has not.</summary>
    public required AttemptResult? Result { get; init; }

    /// <summary>Outputs of it that cannot be seen, for how long; null when there are none.</summary>
    public (string File, TimeSpan For)? Unseen { get; init; }
}

/// <param name="Kind">What is to become of it.</param>
/// <param name="Why">In words for whoever runs the experiment; empty while there is nothing to say.</param>
/// <param name="IsToBeCancelled">Whether the scheduler may still run it, and must be told not to.</param>
internal sealed record SlurmVerdict(VerdictKind Kind, string Why = "", bool IsToBeCancelled = false)
{
    /// <summary>What a listing does not have, and what it says ended without a word, may still be on its way through the file system.</summary>
    internal static readonly TimeSpan Late = TimeSpan.FromSeconds(60);

    /// <summary>The same where the end is no success: a result would have been written before.</summary>
    internal static readonly TimeSpan LateFailure = TimeSpan.FromSeconds(10);

    private const string NothingLeft =
        "came to its time limit and left nothing to go on from; raise agents.slurm.time, or lower pretrain.checkpoint_seconds";

    private static readonly SlurmVerdict Wait = new(VerdictKind.Wait);

    /// <summary>The rules: a valid result beats the scheduler's state, what is missing is unknown, silence is no end while Slurm is asked.</summary>
    /// <param name="now">What is known.</param>
    /// <param name="silence">How long a running job may say nothing.</param>
    public static SlurmVerdict Of(AttemptSituation now, TimeSpan silence)
    {
        if (now.Result is { } result)
        {
            return result.Result.Cancelled ? Interrupted($"was stopped by {result.Signal}", now) : new SlurmVerdict(VerdictKind.Ended);
        }

        if (now.Unseen is { } unseen)
        {
            return unseen.For >= silence && unseen.For >= Late
                ? new(VerdictKind.Lost, $"left '{unseen.File}', which is not to be seen as it was written", IsToBeCancelled: true)
                : Wait;
        }

        if (now.Sighting is not { } sighting)
        {
            // The controller may have forgotten a job that runs: its heart tells.
            return now.Missing < Late || (now.HasStarted && now.Silent < silence)
                ? Wait
                : new(VerdictKind.Lost, "Slurm does not know it any more, and it left no result", IsToBeCancelled: true);
        }

        return sighting.HasEnded ? OfEnded(now, sighting) : OfAlive(now, sighting, silence);
    }

    private static SlurmVerdict OfAlive(AttemptSituation now, SlurmSighting sighting, TimeSpan silence)
    {
        if (sighting.State != SlurmState.Running)
        {
            return Wait;
        }

        return now.HasStarted && now.Silent >= silence
            ? new(VerdictKind.Lost, $"has said nothing for {Text(now.Silent)} though Slurm says that it runs", IsToBeCancelled: true)
            : !now.HasStarted && now.Running >= silence
            ? new(VerdictKind.NotBegun, $"has run for {Text(now.Running)} without having begun", IsToBeCancelled: true)
            : Wait;
    }

    private static SlurmVerdict OfEnded(AttemptSituation now, SlurmSighting sighting)
    {
        if (now.Over < (sighting.State == SlurmState.Completed ? Late : LateFailure))
        {
            return Wait;
        }

        return sighting.State switch
        {
            SlurmState.Completed => new(VerdictKind.Lost, "ended without a result"),
            SlurmState.TakenAway => new(VerdictKind.Lost, $"was taken away ({sighting.Word})"),
            SlurmState.TimedOut when now.HasProgressed => Interrupted("came to its time limit", now),
            SlurmState.TimedOut => new(VerdictKind.Failed, NothingLeft),
            SlurmState.OutOfMemory => new(VerdictKind.Failed, "took more memory than it asked for; raise agents.slurm.memory_gb"),
            SlurmState.Cancelled => new(VerdictKind.Failed, "was cancelled, and not by this run; the same command goes on from what is there"),
            _ when !now.HasStarted => new(VerdictKind.NotBegun, $"could not begin ({sighting.Word} {sighting.Reason})"),
            _ when sighting.WasKilled => new(
                VerdictKind.Died, "was killed by signal 9: where memory runs out that is how; raise agents.slurm.memory_gb"),
            _ => new(VerdictKind.Died, $"died without a result ({sighting.Word} {sighting.Reason})"),
        };
    }

    private static SlurmVerdict Interrupted(string how, AttemptSituation now) => now.HasProgressed
        ? new(VerdictKind.Interrupted, $"{how}; it goes on from what it left")
        : now.Result?.Signal == AttemptRunner.BeforeTimeLimit
        ? new(VerdictKind.Failed, NothingLeft)
        : new(VerdictKind.Lost, $"{how} before it left anything to go on from");

    private static string Text(TimeSpan time) => Core.Text.ElapsedText.Of(time.TotalSeconds);
}
