using System.Globalization;
using System.Text;
using System.Text.Json.Serialization;
using Composer.Bench.Measuring;
using static System.FormattableString;

namespace Composer.Bench.Search;

/// <summary>What <c>composer bench search</c> prints.</summary>
internal sealed record SearchBenchmarkTable(IReadOnlyList<SearchBenchmarkRow> Problems)
{
    [JsonIgnore]
    public string Text
    {
        get
        {
            var text = new StringBuilder();
            foreach (var row in Problems)
            {
                text.Append(CultureInfo.InvariantCulture, $"{row.Problem}, {row.Trials} trials{row.GoalText}\n");
                foreach (var s in row.Methods)
                {
                    text.Append(Invariant($"  {s.Method,-14} {s.Mean,9:0.0000} ± {s.StandardError:0.0000}   {s.Seeds} seeds, "))
                        .Append($"{CostText(s)}{TopText(s)}{RegretText(s)}\n");
                }

                foreach (var figure in row.Published)
                {
                    text.Append(CultureInfo.InvariantCulture, $"  {figure.Method,-14} {figure.Value,9:0.0000}            published\n");
                }
            }

            return text.ToString().TrimEnd();
        }
    }

    [JsonIgnore]
    public string Markdown
    {
        get
        {
            string[] methods = [.. Problems.SelectMany(p => p.Methods).Select(m => m.Method).Distinct()];
            string[] columns = ["problem", "trials", "goal", .. methods, "published"];
            var table = new Table(" ", [.. columns.Select(name => new Column(name))]);
            return table.Markdown(Problems.Select(row => (object?[])
            [
                row.Problem,
                row.Trials,
                row.Goal is { } goal ? Invariant($"≤ {goal}") : null,
                .. methods.Select(m => row.Methods.FirstOrDefault(s => s.Method == m) is { } s
                    ? Invariant($"{s.Mean:0.0000} ± {s.StandardError:0.0000} ({s.Seeds}{RegretText(s)})")
                    : "–"),
                string.Join(", ", row.Published.Select(f => Invariant($"{f.Method} {f.Value}"))),
            ]));
        }
    }

    /// <summary>Of the runs that are there.</summary>
    public static SearchBenchmarkTable Of(
        IReadOnlyList<SearchBenchmark> benchmarks,
        IReadOnlyList<string> methods,
        IReadOnlyList<int> seeds,
        SearchBenchmarkResults results) =>
        new([.. benchmarks.Select(benchmark => new SearchBenchmarkRow(
            benchmark.Name,
            benchmark.Trials,
            benchmark.Goal,
            Summaries(benchmark, methods, seeds, results),
            benchmark.Published))]);

    private static List<SearchBenchmarkSummary> Summaries(
        SearchBenchmark benchmark, IReadOnlyList<string> methods, IReadOnlyList<int> seeds, SearchBenchmarkResults results)
    {
        var optima = Runs(SearchBenchmark.Optimum).ToDictionary(run => run.Seed, run => run.Best[^1]);
        return
        [
            .. methods.Select(Runs).Where(runs => runs.Count > 0)
                .Select(runs => SearchBenchmarkSummary.Of(runs, benchmark.KnowsTopPercent, optima)),
        ];

        List<SearchBenchmarkRun> Runs(string method) =>
            [.. seeds.Select(seed => results.Find(benchmark.Name, method, seed)).OfType<SearchBenchmarkRun>()];
    }

    private static string CostText(SearchBenchmarkSummary s) => s.Method == SearchBenchmark.Optimum
        ? "of these instances, computed"
        : Invariant($"{1000 * s.SecondsPerSuggestion:0} ms a suggestion");

    private static string RegretText(SearchBenchmarkSummary s) => s.Regret is { } regret && s.Method != SearchBenchmark.Optimum
        ? Invariant($"; {regret:0.0000} ± {s.RegretError:0.0000} above the optimum")
        : "";

    private static string TopText(SearchBenchmarkSummary s) => s.MeanTrialsToTopPercent is { } trials
        ? Invariant($"; top 1 % after {trials:0.0} trials{(s.Missed > 0 ? $" ({s.Missed} never)" : "")}; ")
            + Invariant($"observed best {s.MeanChosen:0.0000}")
        : "";
}

/// <summary>One problem of the table.</summary>
internal sealed record SearchBenchmarkRow(
    string Problem,
    int Trials,
    double? Goal,
    IReadOnlyList<SearchBenchmarkSummary> Methods,
    IReadOnlyList<PublishedFigure> Published)
{
    [JsonIgnore]
    public string GoalText => Goal is { } goal ? Invariant($", goal ≤ {goal}") : "";
}
