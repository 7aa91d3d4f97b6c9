using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Composer.Bench.Measuring;
using Composer.Core;

namespace Composer.Bench.Engine;

/// <summary><c>composer bench engine</c>: every speed that the CPU engine promises, beside its goal.</summary>
internal static class EngineCommand
{
    private const string WithoutAvx512 = "DOTNET_EnableAVX512";

    public static Command Create()
    {
        var repeat = BenchOption.Of("--repeat", 5, "Rounds; each measures every row once, and the median counts.");
        var seconds = BenchOption.Of<double>("--seconds", 3, "How long to measure a row in a round.");
        var rows = new Option<string?>("--rows")
        {
            Description = $"Only these, with commas: {string.Join(", ", EngineGoal.All.Select(g => g.Name))}.",
        };
        var command = new Command(
            "engine",
            "The CPU engine's training speeds beside what the project promises, as fractions of the FMA peak; wants an idle machine.")
        {
            repeat, seconds, rows,
        };
        var output = new OutputOptions(command, hasMarkdown: true);
        command.SetAction(async (parsed, cancellation) =>
        {
            Mistakes.RequireAtLeast(repeat.Name, parsed.GetValue(repeat), 1);
            var goals = Chosen(parsed.GetValue(rows));
            var duration = Math.Clamp(parsed.GetValue(seconds), 0, 3600);
            var (date, loadAtStart) = (TimeProvider.System.GetUtcNow(), MachineText.Load());
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
                MachineText.Description,
                loadAtStart,
                MachineText.Load(),
                parsed.GetValue(repeat),
                duration,
                [.. RowsOf(goals, measured)]);
            output.Print(parsed, table, t => t.Text, t => t.Markdown);
        });
        return command;
    }

    private static List<EngineGoal> Chosen(string? names)
    {
        if (names is null)
        {
            return [.. EngineGoal.All];
        }

        var wanted = Mistakes.Split(names);
        var unknown = wanted.FirstOrDefault(name => EngineGoal.All.All(goal => goal.Name != name));
        return unknown is null && wanted.Length > 0
            ? [.. EngineGoal.All.Where(goal => wanted.Contains(goal.Name))]
            : throw Mistakes.Of($"'{unknown}' is no row.", $"There are {string.Join(", ", EngineGoal.All.Select(g => g.Name))}.");
    }

    private static IEnumerable<EngineRow> RowsOf(IReadOnlyList<EngineGoal> goals, Dictionary<EngineGoal, List<Sample>> measured)
    {
        foreach (var goal in goals)
        {
            var samples = measured[goal];
            yield return new EngineRow(
                goal.Name,
                goal.Threads,
                samples[0].Isa,
                RepeatedFigure.Of(samples.Select(s => s.TokensPerSecond), null).Median,
                RepeatedFigure.Of(samples.Select(s => s.FractionOfPeak), goal.Fraction));
        }

        if (TokensOf(EngineGoal.TwoThreads) is { } two && TokensOf(EngineGoal.OneThread) is { } one)
        {
            yield return new EngineRow("2 threads / 1 thread", 2, "", null, RepeatedFigure.OfRatios(two, one, EngineGoal.Scaling));
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

    private sealed record Sample(string Isa, double TokensPerSecond, double FractionOfPeak);
}
