using System.Diagnostics;
using Composer.Language.Corpora;
using Composer.Training.Models;
using Composer.Training.Optimization;

namespace Composer.Language.Pretraining;

/// <summary>
/// Pre-trains a language model on a prepared corpus with AdamW: resumable, and a resumed run gives bit for
/// bit what an undisturbed one gives.
/// </summary>
public sealed class Pretrainer
{
    private const int CurvePoints = 400;

    // Above this a cancelled run does not stop for a last checkpoint: Ctrl-C must be quick.
    private const long QuickCheckpointBytes = 256L << 20;

    private readonly PretrainRun run;
    private readonly PretrainPlan plan;
    private readonly TokenStream stream;
    private readonly CheckpointFolder checkpoints;
    private readonly ITrainableModel model;
    private readonly PretrainState state;
    private readonly IProgress<PretrainProgress>? progress;
    private readonly long resumedFrom;
    private readonly long curveEvery;
    private TimeSpan updating;
    private double lastLoss;
    private double lastNorm;
    private double lastRate;

    private Pretrainer(PretrainRun run, ITrainableModel model, IProgress<PretrainProgress>? progress)
    {
        (this.run, this.model, this.progress) = (run, model, progress);
        plan = PretrainPlan.Of(run.Settings, run.Model);
        var dataSeed = run.Seed.Derive("data-order");
        stream = new TokenStream(run.Corpus.Training, run.Settings.Length, dataSeed);
        var fingerprint = PretrainFingerprint.Of(run);
        checkpoints = new CheckpointFolder(Path.Combine(run.Folder, "checkpoints"), fingerprint);
        state = checkpoints.RestoreNewest(model) ?? new PretrainState { Fingerprint = fingerprint, DataSeed = dataSeed.Value };
        resumedFrom = state.Step;
        curveEvery = (plan.TotalSteps + CurvePoints - 1) / CurvePoints;
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
        using var model = run.Engine.Create(run.Model, run.Seed.Derive("initialization"), run.Threads);
        return new Pretrainer(run, model, progress).Train(cancellation);
    }

    private static void Check(PretrainRun run)
    {
        if (run.Corpus.Training.Count <= run.Settings.Length)
        {
            throw LanguageMistake.CorpusTooSmall(
                run.Corpus.Name,
                $"its {run.Corpus.Training.Count} training tokens are less than one sequence of {run.Settings.Length} and its next token",
                "Raise 'documents' or lower 'length'.");
        }

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

            Validate(cancellation);
            Report(started, tokensBefore);
            var trunkEnds = state.Step == plan.TrunkEnd;
            if (trunkEnds || run.Clock.GetElapsedTime(saved) >= run.Settings.CheckpointInterval)
            {
                checkpoints.Save(model, state, trunkEnds);
                saved = run.Clock.GetTimestamp();
            }
        }

        var result = new PretrainResult(
            outcome, state.Step, state.TokensSeen, plan.FlopsPerToken, state.Curve, state.Validation, state.Fingerprint);
        var timings = Time(run.Clock.GetElapsedTime(started), state.TokensSeen - tokensBefore);
        PretrainFiles.Write(run, model, result, timings);
        return (result, timings);
    }

    private bool Step(TokenBatch batch)
    {
        stream.Fill(state.DataPosition, batch);
        var settings = run.Settings;
        var rate = settings.LearningRate * plan.Schedule.FactorAt(state.Step);
        var clip = settings.Clip > 0 ? settings.Clip : double.PositiveInfinity;
        var began = run.Clock.GetTimestamp();
        var step = model.TrainStep(
            batch, new AdamWSettings(rate, settings.WeightDecay, settings.Beta1, settings.Beta2, settings.Epsilon, clip));
        updating += run.Clock.GetElapsedTime(began);
        if (!step.IsFinite)
        {
            return false;
        }

        state.Step++;
        state.DataPosition += batch.Sequences;
        state.TokensSeen += (long)batch.Sequences * batch.Length;
        state.LossSum += step.Loss;
        state.NormSum += step.GradientNorm;
        state.SummedSteps++;
        (lastLoss, lastNorm, lastRate) = (step.Loss, step.GradientNorm, rate);
        if (state.Step % curveEvery == 0 || state.Step == plan.TotalSteps)
        {
            state.Curve.Add(new CurvePoint(
                state.Step, state.TokensSeen, state.LossSum / state.SummedSteps, state.NormSum / state.SummedSteps, rate));
            (state.LossSum, state.NormSum, state.SummedSteps) = (0, 0, 0);
        }

        return true;
    }

    private void Validate(CancellationToken cancellation)
    {
        // Point k of N lies after ⌈k · total / N⌉ steps: this step is one when a new multiple was passed.
        var (total, points) = (plan.TotalSteps, Math.Min(run.Settings.Validations, plan.TotalSteps));
        if (state.Step * points / total == (state.Step - 1) * points / total)
        {
            return;
        }

        // Cancelled here, no checkpoint is written: it would lack this point, and the resumed run with it.
        var loss = ValidationLoss.Of(model, run.Corpus.Validation, run.Settings.Length, plan.SequencesPerStep, cancellation);
        state.Validation.Add(new ValidationPoint(state.Step, state.TokensSeen, loss));
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
        if (model.Parameters.Sum(p => p.Count) * 3 * sizeof(float) <= QuickCheckpointBytes && state.Step > resumedFrom)
        {
            checkpoints.Save(model, state, trunk: false);
        }

        cancellation.ThrowIfCancellationRequested();
    }

    private PretrainTimings Time(TimeSpan elapsed, long tokens)
    {
        var speed = tokens / Math.Max(updating.TotalSeconds, 1e-9);
        var flops = speed * plan.FlopsPerToken;
        using var process = Process.GetCurrentProcess();
        return new PretrainTimings(
            elapsed.TotalSeconds, tokens, speed, flops, flops / run.PeakFlopsPerSecond, resumedFrom, process.PeakWorkingSet64);
    }
}
