using System.Globalization;
using Composer.Manifests.Model;
using Composer.Pipeline.Stages;

namespace Composer.Pipeline.Planning;

/// <summary>How often each kind of stage is tried, and how long a try may compute. Part of no key.</summary>
public sealed class StageLimits
{
    private readonly LimitsSection section;

    private StageLimits(LimitsSection section) => this.section = section;

    /// <summary>One try, as long as it takes.</summary>
    public static StageLimits None { get; } = new(new LimitsSection());

    public static StageLimits Of(LimitsSection section) => new(section);

    /// <summary>How often a stage of this kind is tried again after a failure.</summary>
    public int RetriesOf(string kind) => Own(kind)?.Retries ?? section.Retries;

    /// <summary>The longest that one try may compute; null when there is no limit.</summary>
    public TimeSpan? TimeOf(string kind) =>
        TimeTextOf(kind) is { } text && DurationText.TryParse(text, out var time) ? time : null;

    /// <summary>The same as the manifest writes it.</summary>
    public string? TimeTextOf(string kind) => Own(kind)?.Time ?? section.Time;

    /// <summary><c>2 retries, 2 h a try; pretrain: 1 retry, 30 min a try</c>; null when nothing is limited.</summary>
    public string? Describe()
    {
        var all = Text(section.Retries, section.Time);
        var own = StageKind.All.Where(k => Own(k) is not null)
            .Select(k => (Kind: k, Text: Text(RetriesOf(k), TimeTextOf(k))))
            .Where(k => k.Text != all)
            .Select(k => $"{k.Kind}: {k.Text ?? "none"}");
        var text = string.Join("; ", new[] { all }.Concat(own).Where(t => t is not null));
        return text.Length == 0 ? null : text;
    }

    private static string? Text(int retries, string? time)
    {
        var parts = new List<string>();
        if (retries > 0)
        {
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"{retries} {(retries == 1 ? "retry" : "retries")}"));
        }

        if (time is not null)
        {
            parts.Add($"{time} a try");
        }

        return parts.Count == 0 ? null : string.Join(", ", parts);
    }

    private StageLimitsSection? Own(string kind) => section.Stage.TryGetValue(kind, out var own) ? own : null;
}
