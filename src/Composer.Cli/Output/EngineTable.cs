using System.Globalization;
using System.Text.Json.Serialization;

namespace Composer.Cli.Output;

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
    IReadOnlyList<EngineTableRow> Rows)
{
    private const int FirstNumber = 3;

    public static IReadOnlyList<string> Columns { get; } = ["model", "threads", "isa", "tokens/s", "of peak", "lowest–highest", "goal", ""];

    [JsonIgnore]
    public string Text
    {
        get
        {
            var lines = Rows.Select(row => row.Cells()).Prepend([.. Columns]).ToList();
            var widths = Columns.Select((_, i) => lines.Max(cells => cells[i].Length)).ToList();
            return string.Join(
                Environment.NewLine,
                lines.Select(cells => string.Join("  ", cells.Select((cell, i) => i < FirstNumber ? cell.PadRight(widths[i]) : cell.PadLeft(widths[i]))).TrimEnd()).Prepend(Head));
        }
    }

    [JsonIgnore]
    public string Markdown => string.Join(
        Environment.NewLine,
        [
            Head,
            "",
            LineOf(Columns),
            LineOf(Columns.Select(_ => "---")),
            .. Rows.Select(row => LineOf(row.Cells())),
        ]);

    private string Head
    {
        get
        {
            var invariant = CultureInfo.InvariantCulture;
            var load = LoadAtStart is null ? "" : string.Create(invariant, $"; load average {LoadAtStart:0.00} before, {LoadAtEnd:0.00} after");
            return string.Create(invariant, $"{Machine}; {Date}{load}; median of {Rounds} rounds of {SecondsPerRow:0.##} s a row");
        }
    }

    private static string LineOf(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |";
}
