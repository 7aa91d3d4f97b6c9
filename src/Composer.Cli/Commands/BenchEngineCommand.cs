using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Composer.Cli.Output;
using Composer.Core;
using Composer.Core.Diagnostics;
using Composer.Pipeline;
using Composer.Training.Benchmarks;

namespace Composer.Cli.Commands;

/// <summary><c>composer bench engine</c>: every speed that the CPU engine promises, beside its goal.</summary>
internal static class BenchEngineCommand
{
    private const string Code = "CMP1009";
    private const string WithoutAvx512 = "DOTNET_EnableAVX512";

    public static Command Create()
    {
        var repeat = new Option<int>("--repeat") { Description = "Rounds; each measures every row once, and the median counts.", DefaultValueFactory = _ => 5 };
        var seconds = new Option<double>("--seconds") { Description = "How long to measure a row in a round.", DefaultValueFactory = _ => 3 };
        var rows = new Option<string?>("--rows") { Description = $"Only these, with commas: {string.Join(", ", EngineGoal.All.Select(g => g.Name))}." };
        var markdown = new Option<bool>("--markdown") { Description = "Print a table in Markdown." };
        var json = new Option<bool>("--json") { Description = "Print one JSON object." };
        var command = new Command("engine", "The CPU engine's training speeds beside what the project promises, as fractions of the FMA peak; wants an idle machine.")
        {
            repeat, seconds, rows, markdown, json,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            if (parsed.GetValue(repeat) < 1)
            {
                throw Mistake($"{repeat.Name} must be at least 1.");
            }

            var goals = Chosen(parsed.GetValue(rows));
            var duration = Math.Clamp(parsed.GetValue(seconds), 0, 3600);
            var (date, loadAtStart) = (TimeProvider.System.GetUtcNow(), BenchMachine.Load());
            var measured = goals.ToDictionary(goal => goal, _ => new List<Sample>());
            for (var round = 1; round <= parsed.GetValue(repeat); round++)
            {
                foreach (var goal in goals)
                {
                    await Console.Error.WriteLineAsync($"round {round}: {goal.Name}");
                    measured[goal].Add(await MeasureAsync(goal, duration, cancellation));
                }
            }

            var table = new EngineTable(
                date.ToString("u", CultureInfo.InvariantCulture),
                BenchMachine.Description,
                loadAtStart,
                BenchMachine.Load(),
                parsed.GetValue(repeat),
                duration,
                [.. RowsOf(goals, measured)]);
            Console.WriteLine(
                parsed.GetValue(json) ? PipelineJson.WriteText(table)
                : parsed.GetValue(markdown) ? table.Markdown
                : table.Text);
            return ExitCode.Done;
        });
        return command;
    }

    private static List<EngineGoal> Chosen(string? names)
    {
        if (names is null)
        {
            return [.. EngineGoal.All];
        }

        var wanted = names.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var unknown = wanted.FirstOrDefault(name => EngineGoal.All.All(goal => goal.Name != name));
        return unknown is null && wanted.Length > 0
            ? [.. EngineGoal.All.Where(goal => wanted.Contains(goal.Name))]
            : throw Mistake($"'{unknown}' is no row.", $"There are {string.Join(", ", EngineGoal.All.Select(g => g.Name))}.");
    }

    private static IEnumerable<EngineTableRow> RowsOf(IReadOnlyList<EngineGoal> goals, Dictionary<EngineGoal, List<Sample>> measured)
    {
        foreach (var goal in goals)
        {
            var samples = measured[goal];
            yield return new EngineTableRow(
                goal.Name,
                goal.Threads,
                samples[0].Isa,
                RepeatedFigure.Of(samples.Select(s => s.TokensPerSecond), null).Median,
                RepeatedFigure.Of(samples.Select(s => s.FractionOfPeak), goal.Fraction));
        }

        if (TokensOf(EngineGoal.TwoThreads) is { } two && TokensOf(EngineGoal.OneThread) is { } one)
        {
            yield return new EngineTableRow(EngineTableRow.ScalingName, 2, "", null, RepeatedFigure.OfRatios(two, one, EngineGoal.Scaling));
        }

        List<double>? TokensOf(string name) =>
            goals.FirstOrDefault(goal => goal.Name == name) is { } goal ? [.. measured[goal].Select(s => s.TokensPerSecond)] : null;
    }

    // In a process of its own: a fresh heap for every sample, and the instruction set is chosen once a process.
    private static async Task<Sample> MeasureAsync(EngineGoal goal, double seconds, CancellationToken cancellation)
    {
        using var process = Process.Start(StartOf(goal, seconds)) ?? throw new InvalidOperationException("No process was started.");
        try
        {
            var output = await process.StandardOutput.ReadToEndAsync(cancellation);
            await process.WaitForExitAsync(cancellation);
            if (process.ExitCode != ExitCode.Done)
            {
                throw new InvalidOperationException($"Measuring {goal.Name} ended with {process.ExitCode}.");
            }

            var view = JsonNode.Parse(output)!;
            return new Sample(
                (string)view["isa"]!, view["tokens_per_second"]!.GetValue<double>(), view["fraction_of_peak"]!.GetValue<double>());
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }

    private static ProcessStartInfo StartOf(EngineGoal goal, double seconds)
    {
        var path = Environment.ProcessPath ?? throw new InvalidOperationException("This process has no path.");
        var start = new ProcessStartInfo(path) { RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(path) == "dotnet")
        {
            start.ArgumentList.Add(Environment.GetCommandLineArgs()[0]);
        }

        string[] arguments =
        [
            "bench", "train", "--json",
            "--shape", goal.Shape,
            "--threads", goal.Threads.ToString(CultureInfo.InvariantCulture),
            "--seconds", seconds.ToString(CultureInfo.InvariantCulture),
            .. goal.Layers is { } layers ? (string[])["--arch", layers] : [],
            .. goal.Length is { } length ? (string[])["--length", length.ToString(CultureInfo.InvariantCulture)] : [],
        ];
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        if (goal.Avx2)
        {
            start.Environment[WithoutAvx512] = "0";
        }

        return start;
    }

    private static UserInputException Mistake(string message, string? remedy = null) =>
        new(new Diagnostic(Code, DiagnosticSeverity.Error, message, Remedy: remedy));

    private sealed record Sample(string Isa, double TokensPerSecond, double FractionOfPeak);
}
