using System.Text.Json.Serialization;
using Composer.Bench.Measuring;
using static System.FormattableString;

namespace Composer.Bench.Tokenizer;

/// <summary>What <c>bench tokenizer</c> measured.</summary>
/// <param name="Machine">Without its name.</param>
/// <param name="Load">Runnable threads of the last minute, at the start; null where the system does not say.</param>
/// <param name="Tokenizer">Of whose vocabulary.</param>
/// <param name="Text">What was encoded.</param>
/// <param name="Megabytes">How much, as UTF-8.</param>
/// <param name="Speeds">By tokenizer and number of threads.</param>
internal sealed record TokenizerView(
    string Machine, double? Load, string Tokenizer, string Text, double Megabytes, IReadOnlyList<TokenizerSpeed> Speeds)
{
    private static readonly Table Columns = new(
        "  ",
        new Column("tokenizer", -24),
        new Column("threads"),
        new Column("MB/s", Format: "0.0"),
        new Column("lowest", Format: "0.0"),
        new Column("highest", Format: "0.0"),
        new Column("MB/s of processor time", Format: "0.0"),
        new Column("tokens", Format: "N0"),
        new Column("documents that differ", Format: "N0"),
        new Column("goal"));

    [JsonIgnore]
    public string Lines => string.Join(Environment.NewLine, Head(), Columns.Text(Rows()));

    [JsonIgnore]
    public string Markdown => string.Join(Environment.NewLine, Head(), "", Columns.Markdown(Rows()));

    private string Head() => Invariant($"{Tokenizer}, {Megabytes:0.0} MB: {Text}{Environment.NewLine}{Machine}, load {Load:0.0}");

    private IEnumerable<object?[]> Rows() => Speeds.Select(s => new object?[]
    {
        s.Name,
        s.Threads,
        s.MegabytesPerSecond.Median,
        s.MegabytesPerSecond.Lowest,
        s.MegabytesPerSecond.Highest,
        s.MegabytesPerProcessorSecond.Median,
        s.Tokens,
        s.OtherDocuments,
        s.MegabytesPerSecond.Goal is { } goal ? Invariant($"≥ {goal:0}{(s.MegabytesPerSecond.Reached == true ? "" : ", short")}") : null,
    });
}
