using Composer.Agents.Local;
using Composer.Pipeline;
using Composer.Pipeline.Jobs;
using Composer.Reporting;
using Composer.Stages.Experiment;
using Composer.Store;
using Composer.Training.Engines;

namespace Composer.Cli.Commands;

/// <summary>What commands are wired of: the one place that knows every room.</summary>
internal static class Session
{
    /// <summary>The kinds of job that there are.</summary>
    public static JobKinds Kinds { get; } = ExperimentKinds.With(new HtmlReportRenderer());

    public static StageStore OpenStore(Workspace workspace) => StageStore.Open(workspace.Store, TimeProvider.System);

    /// <summary>What local agents have.</summary>
    /// <param name="jobs">Cores to use; all when null.</param>
    public static MachineResources Resources(int? jobs) =>
        new(jobs ?? Environment.ProcessorCount, GpuDetection.Count(), EngineRegistry.Available) { Machine = new LocalMachine() };

    /// <summary>The executable that agents are started from: this one.</summary>
    public static string Executable =>
        Environment.ProcessPath ?? throw new InvalidOperationException("This process has no path.");
}
