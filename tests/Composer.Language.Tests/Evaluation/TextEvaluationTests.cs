using Composer.Architecture;
using Composer.Core;
using Composer.Language.Corpora;
using Composer.Language.Evaluation.Text;
using Composer.Training.Reference;

namespace Composer.Language.Tests.Evaluation;

public sealed class TextEvaluationTests
{
    private static readonly PreparedCorpus Corpus = new(
        "squares",
        new TokenArray([.. Enumerable.Range(0, 161).Select(i => i * i % 7)]),
        new TokenArray([.. Enumerable.Range(161, 40).Select(i => i * i % 7)]),
        null,
        7,
        Digest.Of("squares"));

    [Fact]
    public void A_candidate_learns_and_its_curve_is_the_same_every_time()
    {
        var (once, again) = (Run(1e-2), Run(1e-2));
        Assert.True(once.Finite);
        Assert.Equal([1, 2, 3, 4, 5], once.Epochs.Select(e => e.Epoch));
        Assert.Equal(once.Epochs, again.Epochs);
        Assert.True(once.Epochs[^1].ValidationLoss < once.Epochs[0].ValidationLoss);
        Assert.InRange(once.Epochs[0].TrainingLoss, 0.5, Math.Log(7) + 0.2);
    }

    [Fact]
    public void A_training_that_blows_up_is_a_result() => Assert.False(Run(1e30).Finite);

    private static TextEvaluationResult Run(double rate) => TextEvaluation.Run(
        new ReferenceEngine(),
        LayerSequence.FromSymbols("AM"),
        new ModelShape(8, 2, 2, 8),
        Corpus,
        new TextEvaluationSettings { Length = 16, Batch = 3, Epochs = 5, LearningRate = rate },
        new Seed(3),
        threads: 1);
}
