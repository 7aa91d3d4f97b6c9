using System.Collections.Concurrent;
using Composer.Architecture;
using Composer.Core;
using Composer.Mad.Scoring;
using Composer.Training.Models;

namespace Composer.Bench.Signal;

/// <summary>
/// How much signal a protocol's score carries: the same orders are scored under several seeds (data and
/// initial parameters). A search on a score that does not separate orders is noise, whatever its surrogate.
/// </summary>
/// <param name="Protocol">What makes the score.</param>
/// <param name="Orders">At least two different orders.</param>
/// <param name="Seeds">At least two different seeds.</param>
internal sealed record SignalStudy(
    EvaluationProtocol Protocol, IReadOnlyList<LayerSequence> Orders, IReadOnlyList<Seed> Seeds)
{
    /// <summary>Different orders drawn uniformly; all that there are, where there are fewer.</summary>
    public static IReadOnlyList<LayerSequence> DrawOrders(IReadOnlyList<char> primitives, int layers, int count, Seed seed)
    {
        var space = Math.Pow(primitives.Count, layers);
        var rng = new Rng(seed);
        var seen = new HashSet<LayerSequence>();
        var orders = new List<LayerSequence>();
        while (orders.Count < Math.Min(count, space))
        {
            var order = LayerSequence.FromSymbols(
                Enumerable.Range(0, layers).Select(_ => primitives[rng.NextInt(primitives.Count)]));
            if (seen.Add(order))
            {
                orders.Add(order);
            }
        }

        return orders;
    }

    /// <summary>Trains every order under every seed, one model a thread.</summary>
    /// <param name="engine">What to train on.</param>
    /// <param name="threads">Models trained at once; changes the time only.</param>
    /// <param name="clock">Times the trainings.</param>
    /// <param name="cancellation">Stops within a step.</param>
    public SignalReport Run(ITrainingEngine engine, int threads, TimeProvider clock, CancellationToken cancellation = default)
    {
        if (Orders.Distinct().Count() < 2 || Seeds.Distinct().Count() < 2)
        {
            throw new InvalidOperationException("A study of signal needs at least two orders and two seeds.");
        }

        var units = Seeds.SelectMany((seed, s) => Orders.SelectMany(
            (order, o) => Protocol.Units(order, seed).Select(unit => (Seed: s, Order: o, Unit: unit)))).ToArray();
        var (trials, times) = (new TaskTrial[units.Length], new TimeSpan[units.Length]);
        var options = new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellation };
        // One unit at a time: chunks of units that take seconds each would leave threads idle at the end.
        var indices = Partitioner.Create(Enumerable.Range(0, units.Length), EnumerablePartitionerOptions.NoBuffering);
        Parallel.ForEach(indices, options, i =>
        {
            var start = clock.GetTimestamp();
            trials[i] = units[i].Unit.With(units[i].Unit.Evaluation.Run(engine, 1, null, cancellation));
            times[i] = clock.GetElapsedTime(start);
        });

        var scores = Enumerable.Range(0, Seeds.Count).Select(s => Enumerable.Range(0, Orders.Count).Select(o =>
            Protocol.Score(trials.Where((_, i) => units[i].Seed == s && units[i].Order == o))).ToArray()).ToArray();
        var candidates = Orders.Count * Seeds.Count;
        return Report(scores, times.Aggregate(TimeSpan.Zero, (a, b) => a + b) / candidates);
    }

    private SignalReport Report(CandidateScore[][] scores, TimeSpan time)
    {
        int[] usable = [.. Enumerable.Range(0, Orders.Count).Where(o => scores.All(s => s[o].Value is not null))];
        if (usable.Length < 2)
        {
            var failure = scores.SelectMany(s => s).First(s => s.Failure is not null).Failure;
            throw new InvalidOperationException($"Fewer than two orders were scored: {failure}");
        }

        var failed = Enumerable.Range(0, Orders.Count).Except(usable).ToDictionary(
            o => Orders[o], o => scores.Select(s => s[o].Failure).First(f => f is not null)!);
        var tasks = Protocol.Tasks.Select((plan, t) =>
            SignalStrength.Of(plan.Task.Name, Matrix(s => s.Tasks[t].Value!.Value))).ToArray();
        return new SignalReport(
            SignalStrength.Of("all", Matrix(s => s.Value!.Value)),
            tasks,
            [.. usable.Select(o => Orders[o])],
            failed,
            time);

        double[][] Matrix(Func<CandidateScore, double> value) =>
            [.. scores.Select(s => usable.Select(o => value(s[o])).ToArray())];
    }
}
