using System.Diagnostics;
using Composer.Core.Ranks;

namespace Composer.Bench.Measuring;

/// <summary>How a benchmark starts ranks of its own executable, and how each of them joins the others.</summary>
/// <param name="Start">What starts so many of a command of composer, given its arguments, on this machine.</param>
/// <param name="Join">In a rank: joins, does the work, and leaves with its exit code.</param>
/// <param name="Lacking">What this machine lacks for it; null when nothing.</param>
public sealed record RankStart(
    Func<int, IReadOnlyList<string>, ProcessStartInfo> Start,
    Func<Func<IRankGroup, int>, int> Join,
    Func<string?> Lacking);
