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

    /// <summary>COMPOSER_INDEX: a folder on a disk of this machine for the store's index, where the store itself is shared by machines.</summary>
    public static string? IndexFolder =>
        Environment.GetEnvironmentVariable("COMPOSER_INDEX") is { Length: > 0 } folder ? folder : null;

    public static StageStore OpenStore(Workspace workspace) =>
        StageStore.OpenShared(workspace.Store, IndexFolder, TimeProvider.System);

    /// <summary>What local agents have.</summary>
    /// <param name="jobs">Cores to use; all when null.</param>
    public static MachineResources Resources(int? jobs) =>
        new(jobs ?? Environment.ProcessorCount, GpuDetection.Count(), EngineRegistry.Available) { Machine = new LocalMachine() };

    /// <summary>The executable that agents are started from: this one.</summary>
    public static string Executable =>
        Environment.ProcessPath ?? throw new InvalidOperationException("This process has no path.");
}
