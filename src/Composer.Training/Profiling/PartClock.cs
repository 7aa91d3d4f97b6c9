using System.Diagnostics;

namespace Composer.Training.Profiling;

/// <summary>The time that each part took on one thread. A part that begins within another one interrupts it.</summary>
internal sealed class PartClock
{
    private readonly Dictionary<PassPart, (long Ticks, long Times)> parts = [];
    private PassPart? current;
    private long since;

    /// <summary>Ticks of <see cref="Stopwatch"/>, and how often the part began.</summary>
    public IReadOnlyDictionary<PassPart, (long Ticks, long Times)> Parts => parts;

    /// <summary>Begins a part.</summary>
    /// <returns>The one that goes on afterwards; null outside of all.</returns>
    public PassPart? Enter(PassPart part)
    {
        var outer = current;
        if (outer is not { IsWhole: true })
        {
            Switch(part, times: 1);
        }

        return outer;
    }

    /// <summary>Ends the part that began last.</summary>
    /// <param name="outer">As <see cref="Enter"/> returned it.</param>
    public void Leave(PassPart? outer)
    {
        if (outer is not { IsWhole: true })
        {
            Switch(outer, times: 0);
        }
    }

    /// <summary>Starts again.</summary>
    public void Clear() => parts.Clear();

    private void Switch(PassPart? next, int times)
    {
        var now = Stopwatch.GetTimestamp();
        Count(current, now - since, 0);
        Count(next, 0, times);
        (current, since) = (next, now);
    }

    private void Count(PassPart? part, long ticks, int times)
    {
        if (part is not null)
        {
            var sum = parts.GetValueOrDefault(part);
            parts[part] = (sum.Ticks + ticks, sum.Times + times);
        }
    }
}
