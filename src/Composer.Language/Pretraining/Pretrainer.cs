using Composer.Training.Models;

namespace Composer.Language.Pretraining;

/// <summary>
/// Pre-trains a language model on a prepared corpus with AdamW: resumable, and a resumed run gives bit for
/// bit what an undisturbed one gives. So does a run that goes on from the trunk of a run of another length.
/// </summary>
public sealed class Pretrainer
{
    // Above this a cancelled run does not stop for a last checkpoint: Ctrl-C must be quick.
    private const long QuickCheckpointBytes = 256L << 20;

    private readonly PretrainRun run;
    private readonly TrainingSteps steps;
    private readonly PretrainSteps plan;
    private readonly CheckpointFolder checkpoints;
    private readonly ITrainableModel model;
    private readonly PretrainState state;
    private readonly IProgress<PretrainProgress>? progress;
    private readonly long resumedFrom;
    private readonly string trunkFingerprint;
    private TimeSpan updating;
    private double lastLoss;
    private double lastNorm;
    private double lastRate;

    private Pretrainer(PretrainRun run, TrainingSteps steps, IProgress<PretrainProgress>? progress)
    {
        (this.run, this.steps, this.progress) = (run, steps, progress);
        (plan, model) = (steps.Plan, steps.Model);
        var fingerprint = PretrainFingerprint.Of(run);
        trunkFingerprint = PretrainFingerprint.OfTrunk(run);
        checkpoints = new CheckpointFolder(Path.Combine(run.Folder, PretrainFiles.Checkpoints), fingerprint);
        state = checkpoints.RestoreNewest(model, run.Trunks, Adopt) ?? new PretrainState
        {
            Fingerprint = fingerprint,
            DataSeed = steps.DataSeed.Value,
        };
        resumedFrom = state.Step;
        PretrainRanks.ShareState(run.Ranks, model, state.Step, state.DataPosition);
    }

    /// <summary>Trains to the budget, from the newest whole checkpoint of the same run where there is one.</summary>
    /// <param name="run">What and where; of several ranks the first.</param>
    /// <param name="progress">Told after every update.</param>
    /// <param name="cancellation">Stops within one update; small models save a checkpoint first.</param>
    /// <returns>The result, which is also in the folder (see <see cref="PretrainFiles"/>), and the timings of this process.</returns>
    /// <exception cref="Composer.Core.Diagnostics.UserInputException">The budget or the corpus is too small, or the ranks are not
    /// alike.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; run again to continue.</exception>
    public static (PretrainResult Result, PretrainTimings Timings) Run(
        PretrainRun run, IProgress<PretrainProgress>? progress = null, CancellationToken cancellation = default)
    {
        if (run.Ranks.Rank != 0)
        {
            throw new ArgumentException($"Rank {run.Ranks.Rank} follows.", nameof(run));
        }

        using var steps = new TrainingSteps(run);
        PretrainRanks.Agree(run);
        var trainer = new Pretrainer(run, steps, progress);
        try
        {
            var ended = trainer.Train(cancellation);
            PretrainRanks.Say(run.Ranks, PretrainOrder.End);
            return ended;
        }
        catch (OperationCanceledException)
        {
            // A step is never cancelled: the others wait for the next order.
            PretrainRanks.Say(run.Ranks, PretrainOrder.Stop);
            throw;
        }
    }

    /// <summary>Computes another rank's share of what rank 0 trains; writes nothing.</summary>
    /// <param name="run">As rank 0 has it, with this rank's group; its folder is not looked at.</param>
    /// <exception cref="Composer.Core.Diagnostics.UserInputException">The budget or the corpus is too small, or the ranks are not
    /// alike.</exception>
    /// <exception cref="OperationCanceledException">Rank 0 was cancelled.</exception>
    public static void Follow(PretrainRun run)
    {
        using var steps = new TrainingSteps(run);
        PretrainRanks.Agree(run);
        var (step, position) = PretrainRanks.ShareState(run.Ranks, steps.Model, 0, 0);
        while (PretrainRanks.Hear(run.Ranks) is var order && order != PretrainOrder.End)
        {
            if (order == PretrainOrder.Stop)
            {
                throw new OperationCanceledException("Rank 0 was cancelled.");
            }

            // One that is not finite updates no rank, and rank 0 ends.
            steps.Take(step++, position);
            position += steps.Sequences;
        }
    }

    private (PretrainResult Result, PretrainTimings Timings) Train(CancellationToken cancellation)
    {
        var started = run.Clock.GetTimestamp();
        var saved = started;
        var tokensBefore = state.TokensSeen;
        var outcome = PretrainOutcome.Completed;
        while (state.Step < plan.TotalSteps)
        {
            if (cancellation.IsCancellationRequested)
            {
                Leave(cancellation);
            }

            PretrainRanks.Say(run.Ranks, PretrainOrder.Step);
            if (!Step())
            {
                outcome = PretrainOutcome.NotFinite;
                break;
            }

            if (state.Step % plan.ValidationEvery == 0 && !Validate(cancellation))
            {
                outcome = PretrainOutcome.ValidationNotFinite;
                break;
            }

            Report(started, tokensBefore);
            if (plan.IsTrunkShared && state.Step == plan.TrunkEnd)
            {
                checkpoints.SaveTrunk(model, state, trunkFingerprint);
                saved = run.Clock.GetTimestamp();
            }
            else if (run.Clock.GetElapsedTime(saved) >= run.Settings.CheckpointInterval)
            {
                checkpoints.Save(model, state);
                saved = run.Clock.GetTimestamp();
            }
        }

        // What only the last step has lies behind the trunk's checkpoint: for a longer run it is no last step.
        if (outcome == PretrainOutcome.Completed && state.Step % plan.ValidationEvery != 0 && !Validate(cancellation))
        {
            outcome = PretrainOutcome.ValidationNotFinite;
        }

        var result = new PretrainResult(
            outcome,
            state.Step,
            state.TokensSeen,
            plan.FlopsPerToken,
            state.Curve.Finish(state.Step, state.TokensSeen, steps.RateAt(state.Step - 1)),
            state.Validation,
            state.Fingerprint)
        {
            TrunkEnd = plan.IsTrunkShared ? plan.TrunkEnd : null,
            ValidationEvery = plan.ValidationEvery,
        };
        var timings = Time(run.Clock.GetElapsedTime(started), state.TokensSeen - tokensBefore);
        PretrainFiles.Write(run, model, result);
        return (result, timings);
    }

    /// <summary>Whether a run of another length with this state at its trunk's end was, so far, this run.</summary>
    private bool Adopt(PretrainState trunk)
    {
        if (!plan.IsTrunkShared || trunk.Fingerprint != trunkFingerprint || trunk.Step > plan.TrunkEnd)
        {
            return false;
        }

        trunk.Validation.RemoveAll(point => point.Step % plan.ValidationEvery != 0);
        return trunk.Validation.Count == trunk.Step / plan.ValidationEvery;
    }

    private bool Step()
    {
        var rate = steps.RateAt(state.Step);
        var began = run.Clock.GetTimestamp();
        var step = steps.Take(state.Step, state.DataPosition);
        updating += run.Clock.GetElapsedTime(began);
        if (!step.IsFinite)
        {
            return false;
        }

        state.Step++;
        state.DataPosition += steps.Sequences;
        state.TokensSeen += steps.Tokens;
        state.Curve.Add(state.Step, state.TokensSeen, step.Loss, step.GradientNorm, rate);
        (lastLoss, lastNorm, lastRate) = (step.Loss, step.GradientNorm, rate);
        return true;
    }

    /// <summary>Whether the loss is a number.</summary>
    private bool Validate(CancellationToken cancellation)
    {
        // Cancelled here, no checkpoint is written: it would lack this point, and the resumed run with it.
        var loss = ValidationLoss.Of(model, run.Corpus.Validation, run.Settings.Length, plan.SequencesPerStep, cancellation);
        if (!double.IsFinite(loss))
        {
            return false;
        }

        state.Validation.Add(new ValidationPoint(state.Step, state.TokensSeen, loss));
        return true;
    }

    private void Report(long started, long tokensBefore)
    {
        if (progress is null)
        {
            return;
        }

        var seconds = run.Clock.GetElapsedTime(started).TotalSeconds;
        var speed = (state.TokensSeen - tokensBefore) / Math.Max(seconds, 1e-9);
        var tokensLeft = (plan.TotalSteps - state.Step) * (double)state.TokensSeen / state.Step;
        progress.Report(new PretrainProgress(
            state.Step,
            plan.TotalSteps,
            state.TokensSeen,
            lastLoss,
            lastNorm,
            lastRate,
            state.Validation.Count > 0 ? state.Validation[^1].Loss : null,
            speed,
            tokensLeft / speed));
    }

    private void Leave(CancellationToken cancellation)
    {
        var isQuick = model.Parameters.Sum(p => p.Count) * 3 * sizeof(float) <= QuickCheckpointBytes;
        if ((isQuick || run.LeavesCheckpoint) && state.Step > resumedFrom)
        {
            checkpoints.Save(model, state);
        }

        cancellation.ThrowIfCancellationRequested();
    }

    private PretrainTimings Time(TimeSpan elapsed, long tokens)
    {
        var speed = tokens / Math.Max(updating.TotalSeconds, 1e-9);
        var flops = speed * plan.FlopsPerToken;
        return new PretrainTimings(elapsed.TotalSeconds, tokens, speed, flops, resumedFrom);
    }
}
