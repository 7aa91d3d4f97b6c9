using Composer.Core;
using Composer.Training.Models;
using Composer.Training.Optimization;

namespace Composer.Language.Pretraining;

/// <summary>
/// Times steps of training, forward, backward and update, of several models in turns, so that what else the machine does falls on all
/// alike. In each round a model is made anew, does one step that does not count and one that does, and is gone: in memory is one at a
/// time, as in a pre-training. Tokens are drawn at random.
/// </summary>
public static class TrainingStepBenchmark
{
    /// <summary>Rounds that count where a step takes long.</summary>
    public const int Fewest = 3;

    /// <summary>Rounds that count.</summary>
    public const int Most = 5;

    /// <summary>Rounds that do not count.</summary>
    public const int WarmUps = 1;

    /// <summary>From when on no more than the fewest rounds are taken.</summary>
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);

    /// <summary>Measures each model.</summary>
    /// <param name="models">Make one each; they may take sequences of the given length.</param>
    /// <param name="sequences">Of a step.</param>
    /// <param name="length">Tokens of a sequence.</param>
    /// <param name="seed">Of the tokens.</param>
    /// <param name="clock">What times are taken from.</param>
    /// <param name="cancellation">Stops between steps.</param>
    /// <returns>For each model the time of the step in each round that counts.</returns>
    public static IReadOnlyList<IReadOnlyList<TimeSpan>> Compare(
        IReadOnlyList<Func<ITrainableModel>> models,
        int sequences,
        int length,
        Seed seed,
        TimeProvider clock,
        CancellationToken cancellation = default)
    {
        var began = clock.GetTimestamp();
        var rounds = models.Select(_ => new List<TimeSpan>()).ToArray();
        for (var round = -WarmUps; round < Most && (round < Fewest || clock.GetElapsedTime(began) < Long); round++)
        {
            for (var i = 0; i < models.Count; i++)
            {
                using var model = models[i]();
                var batch = Draw(model.Configuration.Vocabulary, sequences, length, seed);
                cancellation.ThrowIfCancellationRequested();
                Step(model, batch);
                cancellation.ThrowIfCancellationRequested();
                var start = clock.GetTimestamp();
                Step(model, batch);
                if (round >= 0)
                {
                    rounds[i].Add(clock.GetElapsedTime(start));
                }
            }
        }

        return rounds;
    }

    private static void Step(ITrainableModel model, TokenBatch batch) =>
        model.TrainStep(batch, new AdamWSettings(LearningRate: 1e-4, WeightDecay: .1, ClipNorm: 1));

    private static TokenBatch Draw(int vocabulary, int sequences, int length, Seed seed)
    {
        var rng = new Rng(seed.Derive("training-step"));
        var tokens = new int[sequences * length];
        for (var i = 0; i < tokens.Length; i++)
        {
            tokens[i] = rng.NextInt(vocabulary);
        }

        return new TokenBatch(sequences, length, tokens, [.. tokens.Skip(1), tokens[0]]);
    }
}
