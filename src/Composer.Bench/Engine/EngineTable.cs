using System.Text.Json.Serialization;
using Composer.Bench.Measuring;
using static System.FormattableString;

namespace Composer.Bench.Engine;

/// <summary>What <c>bench engine</c> measured.</summary>
/// <param name="Date">When it began, UTC.</param>
/// <param name="Machine">Processor, cores, system and runtime.</param>
/// <param name="LoadAtStart">Runnable threads of the minute before; null where the system does not say.</param>
/// <param name="LoadAtEnd">Of the last minute; about two are the benchmark's own.</param>
/// <param name="Rounds">Each measured every row once.</param>
/// <param name="SecondsPerRow">In a round.</param>
/// <param name="Rows">A promise each.</param>
internal sealed record EngineTable(
    string Date,
    string Machine,
    double? LoadAtStart,
    double? LoadAtEnd,
    int Rounds,
    double SecondsPerRow,
    IReadOnlyList<EngineRow> Rows)
{
    private static readonly Table Columns = new(
        "  ",
        new("model", -1),
        new("threads", -1),
        new("isa", -1),
        new("tokens/s", 1, "N0"),
        new("of peak", 1, "0.000"),
        new("lowest–highest"),
        new("goal"),
        new(""));

    [JsonIgnore]
    public string Text => Head + Environment.NewLine + Columns.Text(Rows.Select(Cells));

    [JsonIgnore]
    public string Markdown => Head + Environment.NewLine + Environment.NewLine + Columns.Markdown(Rows.Select(Cells));

    private string Head
    {
        get
        {
            var load = LoadAtStart is null ? "" : Invariant($"; load average {LoadAtStart:0.00} before, {LoadAtEnd:0.00} after");
            return Invariant($"{Machine}; {Date}{load}; median of {Rounds} rounds of {SecondsPerRow:0.##} s a row");
        }
    }

    private static object?[] Cells(EngineRow row) =>
    [
        row.Name,
        row.TokensPerSecond is null ? null : row.Threads,
        row.Isa,
        row.TokensPerSecond,
        row.Figure.Median,
        Invariant($"{row.Figure.Lowest:0.000}–{row.Figure.Highest:0.000}"),
        row.Figure.Goal is { } goal ? Invariant($"≥ {goal:0.00}") : null,
        row.Figure.Reached switch { true => "reached", false => "short", null => null },
    ];
}

/// <summary>One promise and what was measured of it.</summary>
/// <param name="Name">As <c>--rows</c> takes it.</param>
/// <param name="Threads">Threads at once.</param>
/// <param name="Isa">Vector instructions.</param>
/// <param name="TokensPerSecond">Of the median round; null of the comparison of threads.</param>
/// <param name="Figure">Fraction of the FMA peak, or two threads over one.</param>
internal sealed record EngineRow(string Name, int Threads, string Isa, double? TokensPerSecond, RepeatedFigure Figure);
