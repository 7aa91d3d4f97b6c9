using Composer.Architecture;
using Composer.Core;
using Composer.Language.Corpora;
using Composer.Language.Pretraining;
using Composer.Training.Models;
using Composer.Training.Optimization;

namespace Composer.Language.Evaluation.Text;

/// <summary>
/// The search's task <c>text</c>: trains a candidate on a corpus sampled down and measures its validation
/// loss (Composer's BabiStories and Sampled-DCLM variants).
/// </summary>
public static class TextEvaluation
{
    /// <param name="engine">What trains.</param>
    /// <param name="layers">The candidate.</param>
    /// <param name="shape">Its widths.</param>
    /// <param name="corpus">What it trains and is validated on.</param>
    /// <param name="settings">How.</param>
    /// <param name="seed">Of the initial parameters and of the data's order.</param>
    /// <param name="threads">How many threads may work; never changes the result.</param>
    /// <param name="progress">Told each finished epoch.</param>
    /// <param name="cancellation">Stops within one update.</param>
    /// <exception cref="Composer.Core.Diagnostics.UserInputException">The corpus is shorter than one sequence, or holds out no
    /// token to be validated on.</exception>
    public static TextEvaluationResult Run(
        ITrainingEngine engine,
        LayerSequence layers,
        ModelShape shape,
        PreparedCorpus corpus,
        TextEvaluationSettings settings,
        Seed seed,
        int threads,
        IProgress<TextEpoch>? progress = null,
        CancellationToken cancellation = default)
    {
        corpus.CheckLength(settings.Length);
        var configuration = new ModelConfiguration(layers, shape, corpus.Vocabulary, settings.Length)
        {
            Parametrization = new Parametrization(settings.Initialization, settings.Rates),
        };
        using var model = engine.Create(configuration, seed.Derive("initialization"), threads);
        var stream = new TokenStream(corpus.Training, settings.Length, seed.Derive("data-order"));
        var stepsPerEpoch = (stream.SequencesPerEpoch + settings.Batch - 1) / settings.Batch;
        ILearningRateSchedule schedule = settings.Cosine
            ? new CosineSchedule((long)stepsPerEpoch * settings.Epochs)
            : new ConstantSchedule();
        var clip = settings.Clip > 0 ? settings.Clip : double.PositiveInfinity;
        var epochs = new List<TextEpoch>(settings.Epochs);
        for (var epoch = 0; epoch < settings.Epochs; epoch++)
        {
            var (loss, counted) = (0.0, 0L);
            for (var start = 0; start < stream.SequencesPerEpoch; start += settings.Batch)
            {
                cancellation.ThrowIfCancellationRequested();
                var sequences = Math.Min(settings.Batch, stream.SequencesPerEpoch - start);
                var tokens = sequences * settings.Length;
                var batch = new TokenBatch(sequences, settings.Length, new int[tokens], new int[tokens]);
                stream.Fill(((long)epoch * stream.SequencesPerEpoch) + start, batch);
                var rate = settings.LearningRate * schedule.FactorAt(model.UpdatesDone);
                var step = model.TrainStep(
                    batch, new AdamWSettings(rate, settings.WeightDecay, settings.Beta1, settings.Beta2, ClipNorm: clip));
                if (!step.IsFinite)
                {
                    return new TextEvaluationResult(epochs, Finite: false);
                }

                loss += step.Loss * step.CountedTargets;
                counted += step.CountedTargets;
            }

            var validation = ValidationLoss.Of(model, corpus.Validation, settings.Length, settings.Batch, cancellation);
            if (!double.IsFinite(validation))
            {
                return new TextEvaluationResult(epochs, Finite: false);
            }

            epochs.Add(new TextEpoch(epoch + 1, loss / counted, validation));
            progress?.Report(epochs[^1]);
        }

        return new TextEvaluationResult(epochs, Finite: true);
    }
}
