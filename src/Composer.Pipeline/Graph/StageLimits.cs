using System.Globalization;

namespace Composer.Pipeline.Graph;

/// <summary>How often each kind of stage is tried, and how long a try may compute. Part of no key.</summary>
/// <param name="All">Of every kind that has none of its own.</param>
/// <param name="Own">By kind.</param>
public sealed record StageLimits(StageLimit All, IReadOnlyDictionary<string, StageLimit> Own)
{
    /// <summary>One try, as long as it takes.</summary>
    public static StageLimits None { get; } = new(new StageLimit(0, null, null), new Dictionary<string, StageLimit>());

    /// <summary>Of a kind of stage.</summary>
    public StageLimit Of(string kind) => Own.TryGetValue(kind, out var own) ? own : All;

    /// <summary><c>2 retries, 2 h a try; pretrain: 1 retry, 30 min a try</c>; null when nothing is limited.</summary>
    /// <param name="kinds">The order of the kinds.</param>
    public string? Describe(IReadOnlyList<string> kinds)
    {
        var all = All.Describe();
        var own = kinds.Where(Own.ContainsKey)
            .Select(k => (Kind: k, Text: Own[k].Describe()))
            .Where(k => k.Text != all)
            .Select(k => $"{k.Kind}: {k.Text ?? "none"}");
        var text = string.Join("; ", new[] { all }.Concat(own).Where(t => t is not null));
        return text.Length == 0 ? null : text;
    }
}

/// <summary>Limits of one kind of stage.</summary>
/// <param name="Retries">How often it is tried again after a failure.</param>
/// <param name="Time">The longest that one try may compute; null when there is no limit.</param>
/// <param name="TimeText">The same as the manifest writes it.</param>
public sealed record StageLimit(int Retries, TimeSpan? Time, string? TimeText)
{
    /// <summary>Null when nothing is limited.</summary>
    public string? Describe()
    {
        var parts = new List<string>();
        if (Retries > 0)
        {
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"{Retries} {(Retries == 1 ? "retry" : "retries")}"));
        }

        if (TimeText is not null)
        {
            parts.Add($"{TimeText} a try");
        }

        return parts.Count == 0 ? null : string.Join(", ", parts);
    }
}
