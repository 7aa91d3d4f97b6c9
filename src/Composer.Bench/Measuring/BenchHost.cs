using System.CommandLine;
using Composer.Manifests.Model;
using Composer.Pipeline;
using Composer.Pipeline.Planning;

namespace Composer.Bench.Measuring;

/// <summary>What benchmarks ask of the executable that they are commands of.</summary>
/// <param name="FindWorkspace">The clone of the current folder, with another folder for artifacts where one is named.</param>
/// <param name="Machine">What local agents have.</param>
/// <param name="Experiment">Adds to a command what names an experiment, and gives what reads its manifest.</param>
public sealed record BenchHost(
    Func<string?, Workspace> FindWorkspace,
    Func<IResources> Machine,
    Func<Command, Func<ParseResult, ExperimentManifest>> Experiment)
{
    /// <summary>How ranks are started; null where they cannot be.</summary>
    public RankStart? Ranks { get; init; }
}
