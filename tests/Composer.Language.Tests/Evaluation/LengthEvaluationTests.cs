using Composer.Architecture;
using Composer.Core;
using Composer.Language.Corpora;
using Composer.Language.Evaluation.Lengths;
using Composer.Language.Pretraining;
using Composer.Training.Checkpoints;
using Composer.Training.Models;
using Composer.Training.Reference;

namespace Composer.Language.Tests.Evaluation;

public sealed class LengthEvaluationTests : IDisposable
{
    private const int Trained = 6;
    private const int Vocabulary = 20;

    private readonly ITrainableModel model = Create(maximumLength: 4 * Trained);
    private readonly int[] tokens = [.. Tokens(140)];

    public void Dispose() => model.Dispose();

    [Fact]
    public void Losses_are_those_of_the_same_tokens_in_windows_of_each_length()
    {
        var result = LengthEvaluation.Run(model, new TokenArray(tokens), Trained, [4, 2]);
        Assert.Equal((Trained, 5 * 24), (result.Trained, result.Tokens));
        Assert.Equal([6, 12, 24], result.Windows.Select(w => w.Length));
        foreach (var window in result.Windows)
        {
            // The tokens behind the last of the longest windows count at no length.
            var loss = ValidationLoss.Of(model, new TokenArray(tokens[..121]), window.Length, 3, CancellationToken.None);
            Assert.Equal(loss, window.Loss, 1e-9);
        }

        Assert.Null(result.Windows[0].Beyond);
        Assert.Null(result.Windows[0].Difference);
        Assert.Equal(Losses(24).Where((_, t) => t % 24 >= Trained).Average(), result.Windows[2].Beyond!.Value, 1e-9);
        Assert.Equal(result.Windows[2].Loss - result.Windows[0].Loss, result.Windows[2].Difference!.Value, 1e-9);
    }

    [Fact]
    public void Difference_has_the_error_of_paired_windows()
    {
        var window = LengthEvaluation.Run(model, new TokenArray(tokens), Trained, [4]).Windows[1];
        double[] differences = [.. Losses(24).Zip(Losses(6), (longer, own) => longer - own).Chunk(24).Select(block => block.Average())];
        var mean = differences.Average();
        var variance = differences.Sum(d => (d - mean) * (d - mean)) / 4;
        Assert.Equal(Math.Sqrt(variance / 5), window.DifferenceError!.Value, 1e-9);
        Assert.Null(LengthEvaluation.Run(model, new TokenArray(tokens[..25]), Trained, [4]).Windows[1].DifferenceError);
    }

    [Fact]
    public void Positions_cover_the_longest_window_and_their_mean_is_its_loss()
    {
        var result = LengthEvaluation.Run(model, new TokenArray(tokens), Trained, [2, 4]);
        Assert.Equal((0, 24), (result.Positions[0].From, result.Positions[^1].End));
        Assert.All(result.Positions.Zip(result.Positions.Skip(1)), p => Assert.Equal(p.First.End, p.Second.From));
        Assert.Equal(result.Windows[^1].Loss, result.Positions.Sum(p => p.Loss * (p.End - p.From)) / 24, 1e-9);
        var last = result.Positions[^1];
        Assert.Equal(Losses(24).Where((_, t) => t % 24 >= last.From).Average(), last.Loss, 1e-9);
    }

    /// <summary>A multiple that divides no other leaves a shorter window at the end of each longest one.</summary>
    [Fact]
    public void Multiples_need_not_divide_each_other()
    {
        var result = LengthEvaluation.Run(model, new TokenArray(tokens), Trained, [2, 3]);
        Assert.Equal(126, result.Tokens);
        var expected = Enumerable.Range(0, 7).Average(block =>
            (12 * Mean(block * 18, 12) + 6 * Mean((block * 18) + 12, 6)) / 18);
        Assert.Equal(expected, result.Windows[1].Loss, 1e-9);
    }

    [Fact]
    public void Too_little_text_is_no_measurement() =>
        Assert.Throws<ArgumentException>(() => LengthEvaluation.Run(model, new TokenArray(tokens[..24]), Trained, [4]));

    /// <summary>A model that was saved with its own length goes on beyond it when it is loaded so, and is the same one before.</summary>
    [Fact]
    public void Checkpoint_is_loaded_with_room_for_longer_windows()
    {
        using var saved = Create(Trained);
        using var stream = new MemoryStream();
        ModelCheckpoint.Save(saved, CheckpointContent.Weights, stream);
        stream.Position = 0;
        var checkpoint = ModelCheckpoint.Open(stream);
        using var longer = checkpoint.Load(new ReferenceEngine(), 1, 4 * Trained);
        Assert.Equal((Trained, 4 * Trained), (checkpoint.Configuration.MaximumLength, longer.Configuration.MaximumLength));
        Assert.Equal(Scores(saved, Trained), Scores(longer, Trained));
        Assert.Equal(Scores(model, 4 * Trained), Scores(longer, 4 * Trained));
    }

    private static ITrainableModel Create(int maximumLength) => new ReferenceEngine().Create(
        new ModelConfiguration(LayerSequence.FromSymbols("AM"), new ModelShape(8, 2, 2, 8), Vocabulary, maximumLength), new Seed(2), 1);

    private static IEnumerable<int> Tokens(int count)
    {
        var rng = new Rng(new Seed(5));
        return Enumerable.Range(0, count).Select(_ => rng.NextInt(Vocabulary));
    }

    private double[] Scores(ITrainableModel of, int length)
    {
        var scores = new double[length];
        of.Score(tokens.AsSpan(0, length), tokens.AsSpan(1, length), scores, new int[length]);
        return scores;
    }

    private double Mean(int start, int length)
    {
        var scores = new double[length];
        model.Score(tokens.AsSpan(start, length), tokens.AsSpan(start + 1, length), scores, new int[length]);
        return -scores.Average();
    }

    /// <summary>Of each of the first 120 tokens.</summary>
    private double[] Losses(int length)
    {
        var scores = new double[120];
        for (var start = 0; start < scores.Length; start += length)
        {
            model.Score(tokens.AsSpan(start, length), tokens.AsSpan(start + 1, length), scores.AsSpan(start, length), new int[length]);
        }

        return [.. scores.Select(s => -s)];
    }
}
