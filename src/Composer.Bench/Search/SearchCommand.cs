using System.CommandLine;
using Composer.Bench.Measuring;
using Composer.Core;
using Composer.Core.Diagnostics;
using Composer.Stages.Code;
using static System.FormattableString;

namespace Composer.Bench.Search;

/// <summary><c>composer bench search</c>: the search against published figures on functions that are known exactly.</summary>
internal static class SearchCommand
{
    private const string Code = "CMP1010";

    /// <summary>Names the code that computes runs.</summary>
    private static Digest CodeOfRuns => CodeDigest.Of("search-benchmark").Whole;

    public static Command Create(BenchHost host)
    {
        var seeds = BenchOption.Of("--seeds", 25, "Runs of each method, seeds 1, 2, …; 25 as in what is published.");
        var first = BenchOption.Of("--first-seed", 1, "The first of the seeds; another than 1 for instances that nothing was tuned on.");
        var problems = new Option<string?>("--problems")
        {
            Description = $"Some of {string.Join(", ", SearchBenchmark.All.Select(b => b.Name))}, with commas between; all by default. "
                + "A beginning of a name stands for all that begin so.",
        };
        var methods = new Option<string?>("--methods")
        {
            Description = $"Some of {string.Join(", ", SearchBenchmark.Methods)}; all by default. "
                + "optimum is no search, but the best of all orders of the same instances where it can be computed.",
        };
        var jobs = BenchOption.Of("--jobs", Environment.ProcessorCount, "Runs side by side, one core each; all cores by default.");
        var artifacts = BenchOption.Artifacts("Where finished runs are kept");
        var anyCode = new Option<bool>("--any-code") { Description = "Count runs that earlier code computed, too." };
        var summary = new Option<bool>("--summary") { Description = "Compute nothing; summarise the runs that are there." };
        var command = new Command(
            "search",
            "Run the search on functions that are known exactly, beside random search, TPE, local search and published figures. "
            + "Ctrl-C stops; the next call goes on.")
        {
            seeds, first, problems, methods, jobs, artifacts, anyCode, summary,
        };
        var output = new OutputOptions(command, hasMarkdown: true);
        command.SetAction(async (parsed, cancellation) =>
        {
            var chosen = Chosen(parsed.GetValue(problems), [.. SearchBenchmark.All.Select(b => b.Name)], "--problems")
                .Select(name => SearchBenchmark.All.Single(b => b.Name == name)).ToList();
            var by = Chosen(parsed.GetValue(methods), SearchBenchmark.Methods, "--methods");
            var folder = Path.Combine(host.FindWorkspace(parsed.GetValue(artifacts)).Artifacts, "bench-search");
            var results = new SearchBenchmarkResults(folder, CodeOfRuns.ToString(), parsed.GetValue(anyCode));
            if (!parsed.GetValue(summary))
            {
                var quiet = !output.IsText(parsed);
                await RunMissingAsync(chosen, by, Seeds(), parsed.GetValue(jobs), results, quiet, cancellation);
            }

            var table = SearchBenchmarkTable.Of(chosen, by, Seeds(), results);
            output.Print(parsed, table, t => t.Text, t => t.Markdown);

            int[] Seeds() => [.. Enumerable.Range(parsed.GetValue(first), parsed.GetValue(seeds))];
        });
        return command;
    }

    /// <summary>Seed by seed, so that a table of few seeds is there early.</summary>
    private static async Task RunMissingAsync(
        IReadOnlyList<SearchBenchmark> benchmarks,
        IReadOnlyList<string> methods,
        int[] seeds,
        int jobs,
        SearchBenchmarkResults results,
        bool quiet,
        CancellationToken cancellation)
    {
        var missing =
            from seed in seeds
            from benchmark in benchmarks
            from method in methods
            where benchmark.Offers(method)
            where results.Find(benchmark.Name, method, seed) is null
            select (benchmark, method, seed);
        var options = new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, jobs), CancellationToken = cancellation };
        await Parallel.ForEachAsync(missing.ToList(), options, (unit, token) =>
        {
            var run = unit.benchmark.Run(unit.method, unit.seed, token);
            results.Add(run);
            if (!quiet)
            {
                Console.WriteLine(
                    Invariant($"{run.Problem,-18} {run.Method,-12} seed {run.Seed,2}: {run.Best[^1]:0.0000} in {run.Seconds:0.0} s"));
            }

            return ValueTask.CompletedTask;
        });
    }

    private static List<string> Chosen(string? text, IReadOnlyList<string> all, string option)
    {
        if (text is null)
        {
            return [.. all];
        }

        var wanted = Mistakes.Split(text);
        if (Array.Find(wanted, w => !all.Any(name => name.StartsWith(w, StringComparison.Ordinal))) is { } unknown)
        {
            throw Mistakes.Of(
                $"{option} names '{unknown}', which is none.",
                Suggestion.DidYouMean(unknown, all) ?? $"There are {string.Join(", ", all)}.",
                Code);
        }

        return [.. all.Where(name => wanted.Any(w => name.StartsWith(w, StringComparison.Ordinal)))];
    }
}
