using System.Globalization;
using System.Text.RegularExpressions;

namespace Composer.Agents.Checkup.Cluster;

/// <summary>A node as one of its partitions shows it.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="IsDefault">Whether jobs go there that name none.</param>
/// <param name="IsUp">Whether the partition takes jobs.</param>
/// <param name="Limit">The longest a job may take there; null: no limit.</param>
/// <param name="Name">Of the node.</param>
/// <param name="State">In Slurm's word: <c>idle</c>, <c>down*</c>.</param>
/// <param name="Cores">CPUs, as Slurm counts them.</param>
/// <param name="Megabytes">Memory.</param>
/// <param name="Gres">Its generic resources: <c>gpu:a100:4(S:0-1)</c>; empty: none.</param>
/// <param name="Features">What a constraint can ask for.</param>
internal sealed partial record ClusterNode(
    string Partition,
    bool IsDefault,
    bool IsUp,
    TimeSpan? Limit,
    string Name,
    string State,
    int Cores,
    long Megabytes,
    string Gres,
    IReadOnlyList<string> Features)
{
    /// <summary>What <c>sinfo -h -N -o</c> is asked for.</summary>
    public const string Format = "%P|%a|%l|%N|%T|%c|%m|%G|%f";

    /// <summary>Whether it runs jobs, now or when those on it have ended.</summary>
    public bool IsOfUse => !State.EndsWith('*')
        && (State.StartsWith("idle", StringComparison.Ordinal) || State.StartsWith("mix", StringComparison.Ordinal)
            || State.StartsWith("alloc", StringComparison.Ordinal) || State.StartsWith("comp", StringComparison.Ordinal)
            || State.StartsWith("plan", StringComparison.Ordinal) || State.StartsWith("res", StringComparison.Ordinal));

    /// <summary>GPUs, of every type.</summary>
    public int Gpus => GpusCalled("gpu");

    /// <summary>GPUs of what <c>--gres</c> calls them: <c>gpu</c>, <c>gpu:a100</c>.</summary>
    public int GpusCalled(string gres) => Gres.Split(',')
        .Select(part => GresPart().Match(part))
        .Where(m => m.Success && (m.Groups[1].Value == gres || m.Groups[1].Value.StartsWith(gres + ":", StringComparison.Ordinal)))
        .Sum(m => int.Parse(m.Groups[2].Value, CultureInfo.InvariantCulture));

    /// <summary>Reads a line; null for one that is none.</summary>
    public static ClusterNode? Parse(string line) =>
        line.Split('|') is
            [{ Length: > 0 } partition, var available, var limit, { Length: > 0 } name, var state, var cores, var memory, var gres, .. var rest]
            && int.TryParse(cores.TrimEnd('+'), CultureInfo.InvariantCulture, out var count)
            && long.TryParse(memory.TrimEnd('+'), CultureInfo.InvariantCulture, out var megabytes)
            ? new ClusterNode(
                partition.TrimEnd('*'),
                partition.EndsWith('*'),
                available == "up",
                TimeOf(limit),
                name,
                state,
                count,
                megabytes,
                gres == "(null)" ? "" : gres,
                [.. string.Join('|', rest).Split(',').Where(f => f != "(null)")])
            : null;

    /// <summary>A time as Slurm writes it, <c>1-02:03:04</c>, <c>2:03:04</c>, <c>3:04</c>; null: no limit.</summary>
    internal static TimeSpan? TimeOf(string text)
    {
        if (TimeText().Match(text) is not { Success: true } match)
        {
            return null;
        }

        var parts = match.Groups[2].Value.Split(':').Select(p => int.Parse(p, CultureInfo.InvariantCulture)).ToArray();
        var days = match.Groups[1].Success ? int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) : 0;
        var seconds = parts.Aggregate(0L, (sum, part) => (sum * 60) + part);
        return TimeSpan.FromDays(days) + TimeSpan.FromSeconds(parts.Length == 1 ? seconds * 60 : seconds);
    }

    [GeneratedRegex(@"^(?:(\d+)-)?(\d+(?::\d+){0,2})$")]
    private static partial Regex TimeText();

    /// <summary>A generic resource's name, with its type, and how many there are.</summary>
    [GeneratedRegex(@"^([^:(]+(?::[^:(\d][^:(]*)?):(\d+)")]
    private static partial Regex GresPart();
}
