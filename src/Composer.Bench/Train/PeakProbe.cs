using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Composer.Training.Kernels;
using Composer.Training.Threading;

namespace Composer.Bench.Train;

/// <summary>Measures how many fused multiply-adds threads do at once when nothing else keeps them.</summary>
/// <remarks>
/// The sum over threads of each one's best burst of several, of about a millisecond; all threads begin a burst
/// together. What disturbs a burst (a thread that wakes up late, an interrupt, another process) makes it read
/// low, so the best is the nearest to what the machine can do. Where threads share a core, a thread whose
/// neighbour was kept from a burst may read high: the peak then errs upwards, a fraction of it downwards.
/// </remarks>
internal sealed class PeakProbe
{
    private const int Bursts = 8;
    private const int Rounds = 400_000;
    private const int ScalarRounds = 40_000;
    private const int Chains = 12;

    // A cache line for each thread's best burst.
    private const int Spacing = 16;
    private readonly WorkerPool pool;
    private readonly InstructionSetTier tier;
    private readonly Action<int> work;
    private readonly double[] shortest;
    private int arrived;
    private float sink;

    public PeakProbe(InstructionSetTier tier, WorkerPool pool)
    {
        (this.tier, this.pool, work) = (tier, pool, Work);
        shortest = new double[pool.Threads * Spacing];
    }

    /// <summary>Operations a second of all the pool's threads together.</summary>
    public double Measure()
    {
        arrived = 0;
        pool.Run(work);
        var (rounds, lanes) = tier switch
        {
            InstructionSetTier.Avx512 => (Rounds, 16),
            InstructionSetTier.Avx2 => (Rounds, 8),
            _ => (ScalarRounds, 1),
        };
        var peak = 0.0;
        for (var i = 0; i < shortest.Length; i += Spacing)
        {
            peak += 2.0 * rounds * Chains * lanes / shortest[i];
        }

        return peak;
    }

    public override string ToString() => $"{tier} {sink}";

    private void Work(int worker)
    {
        var best = double.PositiveInfinity;
        for (var burst = 1; burst <= Bursts; burst++)
        {
            Meet(burst);
            var started = Stopwatch.GetTimestamp();
            var result = tier switch
            {
                InstructionSetTier.Avx512 => Wide(Rounds),
                InstructionSetTier.Avx2 => Medium(Rounds),
                _ => Narrow(ScalarRounds),
            };
            best = Math.Min(best, Stopwatch.GetElapsedTime(started).TotalSeconds);
            if (worker == 0)
            {
                sink = result;
            }
        }

        shortest[worker * Spacing] = best;
    }

    // Waits until every thread has come here for this time.
    private void Meet(int time)
    {
        Interlocked.Increment(ref arrived);
        var spin = default(SpinWait);
        while (Volatile.Read(ref arrived) < time * pool.Threads)
        {
            spin.SpinOnce(sleep1Threshold: -1);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Wide(int rounds)
    {
        var x = Vector512.Create(1.0000001f);
        var y = Vector512.Create(1e-7f);
        var (a, b, c, d, e, f) = (x, x, x, x, x, x);
        var (g, h, i, j, k, l) = (x, x, x, x, x, x);
        for (; rounds > 0; rounds--)
        {
            a = Avx512F.FusedMultiplyAdd(a, x, y);
            b = Avx512F.FusedMultiplyAdd(b, x, y);
            c = Avx512F.FusedMultiplyAdd(c, x, y);
            d = Avx512F.FusedMultiplyAdd(d, x, y);
            e = Avx512F.FusedMultiplyAdd(e, x, y);
            f = Avx512F.FusedMultiplyAdd(f, x, y);
            g = Avx512F.FusedMultiplyAdd(g, x, y);
            h = Avx512F.FusedMultiplyAdd(h, x, y);
            i = Avx512F.FusedMultiplyAdd(i, x, y);
            j = Avx512F.FusedMultiplyAdd(j, x, y);
            k = Avx512F.FusedMultiplyAdd(k, x, y);
            l = Avx512F.FusedMultiplyAdd(l, x, y);
        }

        return Vector512.Sum(a + b + c + d + e + f + g + h + i + j + k + l);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Medium(int rounds)
    {
        var x = Vector256.Create(1.0000001f);
        var y = Vector256.Create(1e-7f);
        var (a, b, c, d, e, f) = (x, x, x, x, x, x);
        var (g, h, i, j, k, l) = (x, x, x, x, x, x);
        for (; rounds > 0; rounds--)
        {
            a = Fma.MultiplyAdd(a, x, y);
            b = Fma.MultiplyAdd(b, x, y);
            c = Fma.MultiplyAdd(c, x, y);
            d = Fma.MultiplyAdd(d, x, y);
            e = Fma.MultiplyAdd(e, x, y);
            f = Fma.MultiplyAdd(f, x, y);
            g = Fma.MultiplyAdd(g, x, y);
            h = Fma.MultiplyAdd(h, x, y);
            i = Fma.MultiplyAdd(i, x, y);
            j = Fma.MultiplyAdd(j, x, y);
            k = Fma.MultiplyAdd(k, x, y);
            l = Fma.MultiplyAdd(l, x, y);
        }

        return Vector256.Sum(a + b + c + d + e + f + g + h + i + j + k + l);
    }

    // Without vectors a multiply and an add are two instructions.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Narrow(int rounds)
    {
        var x = 1.0000001f;
        var y = 1e-7f;
        var (a, b, c, d, e, f) = (x, x, x, x, x, x);
        var (g, h, i, j, k, l) = (x, x, x, x, x, x);
        for (; rounds > 0; rounds--)
        {
            a = (a * x) + y;
            b = (b * x) + y;
            c = (c * x) + y;
            d = (d * x) + y;
            e = (e * x) + y;
            f = (f * x) + y;
            g = (g * x) + y;
            h = (h * x) + y;
            i = (i * x) + y;
            j = (j * x) + y;
            k = (k * x) + y;
            l = (l * x) + y;
        }

        return a + b + c + d + e + f + g + h + i + j + k + l;
    }
}
