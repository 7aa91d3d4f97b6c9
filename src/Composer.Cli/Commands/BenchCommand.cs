using System.CommandLine;
using Composer.Bench.Measuring;
using Composer.Bench;

namespace Composer.Cli.Commands;

/// <summary><c>composer bench</c>: the benchmarks of Composer.Bench, wired to this executable.</summary>
internal static class BenchCommand
{
    public static Command Create() => BenchCommands.Create(
        new BenchHost(ExperimentOptions.FindWorkspace, () => Session.Resources(null), Experiment));

    private static Func<ParseResult, Manifests.Model.ExperimentManifest> Experiment(Command command)
    {
        var options = new ExperimentOptions();
        options.AddTo(command);
        return parsed => options.Load(parsed).Manifest.Manifest;
    }
}
