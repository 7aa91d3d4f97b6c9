using Composer.Core;
using Composer.Pipeline.Estimates;
using Composer.Pipeline.Jobs;
using Composer.Pipeline.Results;
using Composer.Store;
using Composer.Store.Records;

namespace Composer.Pipeline.Planning;

/// <summary>
/// What this machine computed a second of each kind of work: how long more of it will take. Of another machine, another engine
/// or a model of quite another size it says nothing, and then nothing is said.
/// </summary>
/// <param name="store">The records that rates are measured of.</param>
/// <param name="kinds">Every kind of job.</param>
public sealed class MeasuredRates(StageStore store, JobKinds kinds)
{
    /// <summary>Sizes further apart than this factor tell nothing of each other.</summary>
    public const double FarthestSize = 8;

    private const int RecordsLookedAt = 200;

    /// <summary>How much the logarithm of a rate varies, where there is no second measurement to tell: by a quarter.</summary>
    private static readonly double LoneDeviation = Math.Log(1.25);

    /// <summary>What an estimate may be off by however often it was measured.</summary>
    private const double LeastSpread = 1.05;

    /// <summary>How much a rate may change with each doubling of the size, as far as is known before it is measured.</summary>
    private const double SpreadOfDoubling = 1.2;

    private readonly Dictionary<string, IReadOnlyList<(Work Work, double Rate)>> measured = new(StringComparer.Ordinal);
    private readonly Dictionary<Digest, Work> works = [];

    /// <summary>How long all of it will take, one after another; null where the rate of any part is unknown.</summary>
    public Estimate? Of(IEnumerable<Work> parts)
    {
        var sum = Estimate.None;
        foreach (var part in parts)
        {
            if (Of(part) is not { } one)
            {
                return null;
            }

            sum += one;
        }

        return sum;
    }

    /// <summary>How long it will take; null where the rate is unknown.</summary>
    public Estimate? Of(Work work)
    {
        var near = Measured(work.Kind)
            .Where(m => m.Work.Class == work.Class && m.Work.Unit == work.Unit && Distance(m.Work.Size, work.Size) <= FarthestSize)
            .ToList();
        if (near.Count == 0)
        {
            return null;
        }

        // The nearest below and above: between the two the rate is taken to be a power of the size.
        var below = Group(near.Where(m => m.Work.Size <= work.Size), work);
        var above = Group(near.Where(m => m.Work.Size > work.Size), work);
        var (rate, spread) = (below, above) switch
        {
            ({ } b, { } a) => Between(b, a, work.Size),
            ({ } b, null) => Away(b, work.Size),
            _ => Away(above!.Value, work.Size),
        };
        var seconds = work.Amount / rate;
        return new Estimate(seconds, seconds / spread, seconds * spread);
    }

    private static (double Rate, double Spread) Between(Rates below, Rates above, double size)
    {
        var width = Math.Log(above.Size / below.Size);
        var share = width > 0 ? Math.Log(size / below.Size) / width : 0;
        return (
            Math.Exp(((1 - share) * Math.Log(below.Middle)) + (share * Math.Log(above.Middle))), Math.Max(below.Spread, above.Spread));
    }

    private static (double Rate, double Spread) Away(Rates of, double size) =>
        (of.Middle, of.Spread * Math.Pow(SpreadOfDoubling, Math.Log2(Distance(of.Size, size))));

    /// <summary>The rates at the size that is nearest.</summary>
    private static Rates? Group(IEnumerable<(Work Work, double Rate)> of, Work wanted)
    {
        var all = of.ToList();
        if (all.Count == 0)
        {
            return null;
        }

        var nearest = all.MinBy(m => Distance(m.Work.Size, wanted.Size)).Work.Size;
        var alike = all.Where(m => Distance(m.Work.Size, nearest) < 1.1).ToList();

        // All that was computed in all the time that it took: the start of an agent counts as often as it comes.
        var middle = alike.Sum(m => m.Work.Amount) / alike.Sum(m => m.Work.Amount / m.Rate);
        var spread = Math.Exp(Deviation([.. alike.Select(m => Math.Log(m.Rate))]) * Math.Sqrt((1.0 / alike.Count) + (1 / wanted.Jobs)));
        return new Rates(nearest, middle, Math.Max(LeastSpread, spread));
    }

    private static double Deviation(IReadOnlyList<double> logarithms)
    {
        if (logarithms.Count == 1)
        {
            return LoneDeviation / Math.Sqrt(2);
        }

        var mean = logarithms.Average();
        return Math.Sqrt(logarithms.Sum(l => (l - mean) * (l - mean)) / (logarithms.Count - 1));
    }

    private static double Distance(double a, double b) => Math.Max(a, b) / Math.Max(Math.Min(a, b), double.Epsilon);

    private IReadOnlyList<(Work Work, double Rate)> Measured(string kind)
    {
        if (!measured.TryGetValue(kind, out var rates))
        {
            rates = measured[kind] = kinds.Find(kind) is { } known
                ? [.. store.NewestOfKind(kind, RecordsLookedAt).Where(r => r.Machine == ThisMachine.Name).SelectMany(r => RateOf(r, known))]
                : [];
        }

        return rates;
    }

    private IEnumerable<(Work Work, double Rate)> RateOf(StageRecord record, JobKind kind)
    {
        if (record.Seconds > 0
            && record.Beside.TryGetValue(Work.Name, out var blob)
            && store.Blobs.Contains(blob.Digest)
            && kind.IsWhole(new StageResult(record, store)))
        {
            if (!works.TryGetValue(blob.Digest, out var work))
            {
                work = works[blob.Digest] = new StageResult(record, store).ReadBeside<Work>(Work.Name)!;
            }

            yield return (work, work.Amount / record.Seconds);
        }
    }

    /// <summary>Rates of one size.</summary>
    private readonly record struct Rates(double Size, double Middle, double Spread);
}
