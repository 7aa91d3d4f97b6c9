using System.Globalization;
using Composer.Architecture;
using Composer.Core;
using Composer.Core.Code;
using Composer.Language.Corpora;
using Composer.Language.Evaluation.Text;
using Composer.Mad.Evaluation;
using Composer.Pipeline.Stages.Search;
using Composer.Training.Models;

namespace Composer.Pipeline.Jobs;

/// <summary>Trains candidates on text; the prepared corpus is kept for the agent's next candidate.</summary>
internal static class TextExecution
{
    private static (TextUnit Key, PreparedCorpus Corpus)? prepared;

    /// <summary>The curve in the form that every evaluation has: the validation loss is the test loss.</summary>
    [CodePart("evaluation", "text")]
    public static EvaluationResult Run(
        TextUnit unit,
        LayerSequence layers,
        ModelShape shape,
        Seed seed,
        ITrainingEngine engine,
        int threads,
        CancellationToken cancellation)
    {
        var corpus = Corpus(unit, cancellation);
        var result = TextEvaluation.Run(engine, layers, shape, corpus, unit.Settings, seed, threads, null, cancellation);
        var updates = corpus.Training.Count / unit.Settings.Length / unit.Settings.Batch * result.Epochs.Count;
        return new EvaluationResult
        {
            Layers = layers.ToString(),
            Task = EvaluationPlan.Text,
            Status = result.Finite ? EvaluationStatus.Finished : EvaluationStatus.Failed,
            Failure = result.Finite
                ? null
                : string.Create(CultureInfo.InvariantCulture, $"An update of epoch {result.Epochs.Count + 1} was not finite."),
            Curve = [.. result.Epochs.Select(e => new EpochRecord(e.Epoch, e.TrainingLoss, new TestMetrics(e.ValidationLoss, 0, 0)))],
            Updates = updates,
            TrainedTokens = corpus.Training.Count * result.Epochs.Count,
        };
    }

    private static PreparedCorpus Corpus(TextUnit unit, CancellationToken cancellation)
    {
        var key = unit with { Settings = new TextEvaluationSettings() };
        if (prepared is { } known && known.Key == key)
        {
            return known.Corpus;
        }

        prepared?.Corpus.Dispose();
        prepared = null;
        var corpus = CorpusPreparation.Prepare(unit.Corpus, new Seed(unit.CorpusSeed), unit.CorpusFolder, cancellation);
        prepared = (key, corpus);
        return corpus;
    }
}
