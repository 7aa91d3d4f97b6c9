using System.CommandLine;
using Composer.Agents.Local;
using Composer.Agents.Ranks;
using Composer.Bench.Measuring;
using Composer.Bench;

namespace Composer.Cli.Commands;

/// <summary><c>composer bench</c>: the benchmarks of Composer.Bench, wired to this executable.</summary>
internal static class BenchCommand
{
    public static Command Create() => BenchCommands.Create(
        new BenchHost(ExperimentOptions.FindWorkspace, () => Session.Resources(null), Experiment)
        {
            Ranks = new RankStart(
                (ranks, arguments) => MpiRun.OnThisMachine(ranks, [Session.Executable, .. arguments]),
                work => MpiRankGroup.Run(work),
                () => new LocalMachine().WhatRanksLack().FirstOrDefault()?.Sentence),
        });

    private static Func<ParseResult, Manifests.Model.ExperimentManifest> Experiment(Command command)
    {
        var options = new ExperimentOptions();
        options.AddTo(command);
        return parsed => options.Load(parsed).Manifest.Manifest;
    }
}
