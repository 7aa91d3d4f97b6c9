using Composer.Core;
using Composer.Language.Corpora;
using Composer.Training.Models;
using Composer.Training.Optimization;

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
    private readonly PretrainSteps plan;
    private readonly TokenStream stream;
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

    private Pretrainer(PretrainRun run, ITrainableModel model, IProgress<PretrainProgress>? progress)
    {
        (this.run, this.model, this.progress) = (run, model, progress);
        plan = PretrainSteps.Of(run.Settings, run.Model);
        var dataSeed = SeedOf(run, run.Settings.DataSeed).Derive("data-order");
        stream = new TokenStream(run.Corpus.Training, run.Settings.Length, dataSeed);
        var fingerprint = PretrainFingerprint.Of(run);
        trunkFingerprint = PretrainFingerprint.OfTrunk(run);
        checkpoints = new CheckpointFolder(Path.Combine(run.Folder, PretrainFiles.Checkpoints), fingerprint);
        state = checkpoints.RestoreNewest(model, run.Trunks, Adopt) ?? new PretrainState
        {
            Fingerprint = fingerprint,
            DataSeed = dataSeed.Value,
        };
        resumedFrom = state.Step;
    }

    /// <summary>Trains to the budget, from the newest whole checkpoint of the same run where there is one.</summary>
    /// <param name="run">What and where.</param>
    /// <param name="progress">Told after every update.</param>
    /// <param name="cancellation">Stops within one update; small models save a checkpoint first.</param>
    /// <returns>The result, which is also in the folder (see <see cref="PretrainFiles"/>), and the timings of this process.</returns>
    /// <exception cref="Composer.Core.Diagnostics.UserInputException">The budget or the corpus is too small.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; run again to continue.</exception>
    public static (PretrainResult Result, PretrainTimings Timings) Run(
        PretrainRun run, IProgress<PretrainProgress>? progress = null, CancellationToken cancellation = default)
    {
        Check(run);
        using var model = run.Engine.Create(run.Model, SeedOf(run, run.Settings.InitializationSeed).Derive("initialization"), run.Threads);
        return new Pretrainer(run, model, progress).Train(cancellation);
    }

    private static Seed SeedOf(PretrainRun run, long? ofItsOwn) => ofItsOwn is { } own ? new Seed((ulong)own) : run.Seed;

    private static void Check(PretrainRun run)
    {
        run.Corpus.CheckLength(run.Settings.Length);
        if (run.Model.Vocabulary < run.Corpus.Vocabulary)
        {
            throw new ArgumentException($"The corpus has {run.Corpus.Vocabulary} tokens, the model {run.Model.Vocabulary}.", nameof(run));
        }
    }

    private (PretrainResult Result, PretrainTimings Timings) Train(CancellationToken cancellation)
    {
        var started = run.Clock.GetTimestamp();
        var saved = started;
        var tokensBefore = state.TokensSeen;
        var length = run.Settings.Length;
        var batch = new TokenBatch(
            plan.SequencesPerStep, length, new int[plan.SequencesPerStep * length], new int[plan.SequencesPerStep * length]);
        var outcome = PretrainOutcome.Completed;
        while (state.Step < plan.TotalSteps)
        {
            if (cancellation.IsCancellationRequested)
            {
                Leave(cancellation);
            }

            if (!Step(batch))
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
            state.Curve.Finish(state.Step, state.TokensSeen, RateAt(state.Step - 1)),
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

    private double RateAt(long step) => step < 0 ? 0 : run.Settings.LearningRate * plan.Schedule.FactorAt(step);

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

    private bool Step(TokenBatch batch)
    {
        stream.Fill(state.DataPosition, batch);
        var settings = run.Settings;
        var rate = RateAt(state.Step);
        var clip = settings.Clip > 0 ? settings.Clip : double.PositiveInfinity;
        var began = run.Clock.GetTimestamp();
        var step = model.TrainStep(
            batch, new AdamWSettings(rate, settings.WeightDecay, settings.Beta1, settings.Beta2, PretrainSettings.Epsilon, clip));
        updating += run.Clock.GetElapsedTime(began);
        if (!step.IsFinite)
        {
            return false;
        }

        state.Step++;
        state.DataPosition += batch.Sequences;
        state.TokensSeen += (long)batch.Sequences * batch.Length;
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
