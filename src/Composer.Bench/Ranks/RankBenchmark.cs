using System.Globalization;
using Composer.Core;
using Composer.Core.Ranks;
using Composer.Training.Cpu;
using Composer.Training.Models;
using Composer.Training.Optimization;
using Composer.Training.Ranks;

namespace Composer.Bench.Ranks;

/// <summary>Times the steps of a training that threads or ranks share: the same numbers in the same pairs, whoever computes them.</summary>
internal static class RankBenchmark
{
    /// <summary>As many ranks as that are measured.</summary>
    public const int Shards = 2;

    private const int FewestSteps = 3;
    private const int ProbedMessages = 20;
    private const int ProbedBytes = sizeof(float) * RankSum.BucketFloats;

    /// <summary>Measures in this process, which is one of the ranks.</summary>
    /// <param name="size">The model.</param>
    /// <param name="threads">Of this process.</param>
    /// <param name="ranks">All of them measure the same.</param>
    /// <param name="duration">How long, at least; three steps are the least.</param>
    public static RankRound Run(RankSize size, int threads, IRankGroup ranks, TimeSpan duration)
    {
        var (clock, configuration) = (TimeProvider.System, size.Configuration);
        var timed = new TimedRanks(ranks, clock);
        using var model = new CpuEngine().Create(configuration, new Seed(1), threads, new GradientSplit(Shards, timed));
        var batch = Draw(configuration.Vocabulary, size);
        var probed = ranks.Count == 1 ? 0 : Probe(ranks, clock);
        Step(model, batch, clock);
        var steps = StepsOf(ranks, duration, Step(model, batch, clock));
        timed.Clear();
        double[] seconds = [.. Enumerable.Range(0, steps).Select(_ => Step(model, batch, clock)).Order()];
        return new RankRound(
            seconds[steps / 2], timed.Waiting.TotalSeconds / steps, timed.Transfer.TotalSeconds / steps, timed.Bytes / steps, probed);
    }

    private static double Step(ITrainableModel model, TokenBatch batch, TimeProvider clock)
    {
        var began = clock.GetTimestamp();
        model.TrainStep(batch, new AdamWSettings(LearningRate: 1e-4, WeightDecay: .1, ClipNorm: 1));
        return clock.GetElapsedTime(began).TotalSeconds;
    }

    /// <summary>By the first rank's clock: all take equally many.</summary>
    private static int StepsOf(IRankGroup ranks, TimeSpan duration, double step)
    {
        var own = Math.Max(FewestSteps, (int)Math.Ceiling(duration.TotalSeconds / step));
        return int.Parse(RankTexts.Broadcast(ranks, own.ToString(CultureInfo.InvariantCulture)), CultureInfo.InvariantCulture);
    }

    private static double Probe(IRankGroup ranks, TimeProvider clock)
    {
        var (send, receive) = (new byte[ProbedBytes], new byte[ProbedBytes]);
        ranks.SendReceive(ranks.Rank ^ 1, send, receive);
        ranks.Barrier();
        var began = clock.GetTimestamp();
        for (var i = 0; i < ProbedMessages; i++)
        {
            ranks.SendReceive(ranks.Rank ^ 1, send, receive);
        }

        return (double)ProbedMessages * ProbedBytes / clock.GetElapsedTime(began).TotalSeconds;
    }

    private static TokenBatch Draw(int vocabulary, RankSize size)
    {
        var rng = new Rng(new Seed(2));
        var tokens = new int[size.Sequences * size.Length];
        for (var i = 0; i < tokens.Length; i++)
        {
            tokens[i] = rng.NextInt(vocabulary);
        }

        return new TokenBatch(size.Sequences, size.Length, tokens, [.. tokens.Skip(1), tokens[0]]);
    }
}
