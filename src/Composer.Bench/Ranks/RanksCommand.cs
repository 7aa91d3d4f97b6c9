using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Composer.Bench.Measuring;
using Composer.Core.Json;
using Composer.Core.Ranks;

namespace Composer.Bench.Ranks;

/// <summary><c>composer bench ranks</c>: what a second process is worth beside a second thread, and what speaking costs.</summary>
internal static class RanksCommand
{
    private const string Worker = "--worker";
    private const string Seconds = "--seconds";

    /// <summary>Ranks and threads of each, in turns.</summary>
    private static readonly (int Ranks, int Threads)[] Ways = [(1, 1), (1, 2), (2, 1)];

    public static Command Create(BenchHost host)
    {
        var seconds = BenchOption.Of<double>(Seconds, 2, "How long to measure each way in each round.");
        var rounds = BenchOption.Of("--rounds", 5, "How often each way is measured, in turns; the median counts.");
        var worker = new Option<string?>(Worker) { Hidden = true };
        var command = new Command(
            "ranks",
            "Share one training among two threads, and among two ranks of Open MPI: tokens/s, and the share of a step that they speak.")
        {
            seconds, rounds, worker,
        };
        var output = new OutputOptions(command, hasMarkdown: true);
        command.SetAction(parsed =>
        {
            var start = host.Ranks ?? throw new InvalidOperationException("The executable starts no ranks.");
            var duration = TimeSpan.FromSeconds(Math.Clamp(parsed.GetValue(seconds), 0, 3600));
            if (parsed.GetValue(worker) is { } name)
            {
                return start.Join(ranks => Work(RankSize.All.First(s => s.Name == name), ranks, duration));
            }

            if (start.Lacking() is { } lacking)
            {
                throw Mistakes.Of($"There are no ranks to measure: {lacking}.", "Install it, and measure again.");
            }

            var count = Math.Clamp(parsed.GetValue(rounds), 1, 100);
            var sizes = RankSize.All.Select(size => Measure(size, start, duration, count)).ToArray();
            output.Print(parsed, new RanksView(MachineText.Description, sizes), view => view.Text, view => view.Markdown);
            return 0;
        });
        return command;
    }

    private static int Work(RankSize size, IRankGroup ranks, TimeSpan duration)
    {
        var round = RankBenchmark.Run(size, 1, ranks, duration);
        if (ranks.Rank == 0)
        {
            Console.WriteLine(ComposerJson.WriteText(round));
        }

        return 0;
    }

    private static RanksOfSize Measure(RankSize size, RankStart start, TimeSpan duration, int rounds)
    {
        var measured = Ways.Select(_ => new List<RankRound>()).ToArray();
        for (var round = 0; round < rounds; round++)
        {
            for (var i = 0; i < Ways.Length; i++)
            {
                var (ranks, threads) = Ways[i];
                measured[i].Add(ranks == 1
                    ? RankBenchmark.Run(size, threads, SingleRank.Instance, duration)
                    : OnRanks(size, start, ranks, duration));
            }
        }

        using var model = new Training.Cpu.CpuEngine().Create(size.Configuration, new Core.Seed(1), 1);
        var parameters = model.Parameters.Sum(p => p.Count);
        return new RanksOfSize(
            size.Name,
            parameters,
            size.Sequences * size.Length,
            [.. Ways.Select((way, i) => RankWay.Of(way.Ranks, way.Threads, parameters, measured[i]))]);
    }

    private static RankRound OnRanks(RankSize size, RankStart start, int ranks, TimeSpan duration)
    {
        var command = start.Start(
            ranks, ["bench", "ranks", Worker, size.Name, Seconds, duration.TotalSeconds.ToString(CultureInfo.InvariantCulture)]);
        command.RedirectStandardOutput = true;
        command.RedirectStandardInput = true;
        using var process = Process.Start(command) ?? throw new IOException($"Cannot start {command.FileName}.");
        var said = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        var line = said.Split('\n').FirstOrDefault(l => l.StartsWith('{'))
            ?? throw new IOException($"The ranks ended with {process.ExitCode} and measured nothing: {said}");
        return ComposerJson.Read<RankRound>(System.Text.Encoding.UTF8.GetBytes(line));
    }
}
