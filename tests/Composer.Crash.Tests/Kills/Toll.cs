using System.Globalization;

namespace Composer.Crash.Tests.Kills;

/// <summary>What kills have cost, all together.</summary>
internal sealed class Toll
{
    private readonly SortedDictionary<string, int> tried = new(StringComparer.Ordinal);

    /// <summary>Kills that struck.</summary>
    public int Tried => tried.Values.Sum();

    /// <summary>Stages that a run had called finished and that the store had not.</summary>
    public int Lost { get; set; }

    /// <summary>Stages that the store had and that were computed again, evaluations too.</summary>
    public int Recomputed { get; set; }

    /// <summary>Stages that the store had when a process died.</summary>
    public int Survived { get; set; }

    /// <summary>Experiments that were run to their end.</summary>
    public int Completed { get; set; }

    public void Try(string target) => tried[target] = tried.GetValueOrDefault(target) + 1;

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"kills tried {Tried} ({string.Join(", ", tried.Select(t => $"{t.Key} {t.Value}"))}), stages lost {Lost}, recomputed "
        + $"{Recomputed}, found whole after kills {Survived}; {Completed} experiments ended as the undisturbed one");
}
