using Composer.Core;
using Composer.Language.Corpora;
using Composer.Training.Models;
using Composer.Training.Optimization;
using Composer.Training.Ranks;

namespace Composer.Language.Pretraining;

/// <summary>The model of a pre-training and its updates, one by one: the same on every rank.</summary>
internal sealed class TrainingSteps : IDisposable
{
    private readonly PretrainRun run;
    private readonly TokenStream stream;
    private readonly TokenBatch batch;

    /// <exception cref="Composer.Core.Diagnostics.UserInputException">The budget or the corpus is too small, or there are more ranks than
    /// shards.</exception>
    public TrainingSteps(PretrainRun run)
    {
        this.run = run;
        var settings = run.Settings;
        run.Corpus.CheckLength(settings.Length);
        if (run.Model.Vocabulary < run.Corpus.Vocabulary)
        {
            throw new ArgumentException($"The corpus has {run.Corpus.Vocabulary} tokens, the model {run.Model.Vocabulary}.", nameof(run));
        }

        if (run.Ranks.Count > settings.GradientShards || !int.IsPow2(run.Ranks.Count))
        {
            throw LanguageMistake.Ranks(
                $"{run.Ranks.Count} ranks cannot share {settings.GradientShards} gradient shards: they must be a power of two, no more "
                + "than pretrain.gradient_shards.",
                "Start fewer: the result is the same.");
        }

        Plan = PretrainSteps.Of(settings, run.Model);
        DataSeed = SeedOf(settings.DataSeed).Derive("data-order");
        stream = new TokenStream(run.Corpus.Training, settings.Length, DataSeed);
        var tokens = Plan.SequencesPerStep * settings.Length;
        batch = new TokenBatch(Plan.SequencesPerStep, settings.Length, new int[tokens], new int[tokens]);
        Model = run.Engine.Create(
            run.Model,
            SeedOf(settings.InitializationSeed).Derive("initialization"),
            run.Threads,
            new GradientSplit(settings.GradientShards, run.Ranks));
    }

    public ITrainableModel Model { get; }

    public PretrainSteps Plan { get; }

    /// <summary>Of the order of the data.</summary>
    public Seed DataSeed { get; }

    /// <summary>Sequences of one update.</summary>
    public int Sequences => batch.Sequences;

    /// <summary>Tokens of one update.</summary>
    public long Tokens => (long)batch.Sequences * batch.Length;

    /// <summary>The learning rate of a step; 0 before the first.</summary>
    public double RateAt(long step) => step < 0 ? 0 : run.Settings.LearningRate * Plan.Schedule.FactorAt(step);

    /// <summary>Updates the model; all ranks at once.</summary>
    /// <param name="step">Updates done.</param>
    /// <param name="position">Sequences drawn.</param>
    public StepResult Take(long step, long position)
    {
        stream.Fill(position, batch);
        return Update(RateAt(step));
    }

    public void Dispose() => Model.Dispose();

    private StepResult Update(double rate)
    {
        var settings = run.Settings;
        var clip = settings.Clip > 0 ? settings.Clip : double.PositiveInfinity;
        return Model.TrainStep(
            batch, new AdamWSettings(rate, settings.WeightDecay, settings.Beta1, settings.Beta2, PretrainSettings.Epsilon, clip));
    }

    private Seed SeedOf(long? ofItsOwn) => ofItsOwn is { } own ? new Seed((ulong)own) : run.Seed;
}
