using Composer.Manifests.Model;
using Composer.Pipeline;
using Composer.Pipeline.Graph;
using Composer.Pipeline.Jobs;

namespace Composer.Stages.Experiment;

/// <summary>Resolves an experiment into its stages.</summary>
public static class ExperimentGraphs
{
    /// <summary>The whole experiment: every point of the sweep, every variant, every baseline, and the report.</summary>
    /// <param name="experiment">What the manifest says.</param>
    /// <param name="workspace">Its root is where relative paths start, unless the manifest lies elsewhere: then they start beside it.</param>
    /// <param name="kinds">As <see cref="ExperimentKinds.With"/> lists them.</param>
    public static StageGraph Build(ResolvedExperiment experiment, Workspace workspace, JobKinds kinds)
    {
        var manifest = experiment.Manifest;
        var stages = new List<Stage>();
        var folder = FolderOf(experiment, workspace);
        var corpora = new CorpusStages(experiment, folder, stages);
        var points = experiment.Points.Select(point => new PointStages(point, folder, stages, corpora).Build()).ToArray();
        stages.Add(ReportStages.Of(experiment, points, [.. stages], kinds[KindNames.Report]));
        return new StageGraph(manifest.Name, experiment.Profile, manifest.Seed, kinds, stages)
        {
            Limits = LimitsOf(manifest.Limits),
            Settings = experiment.Settings,
        };
    }

    private static string FolderOf(ResolvedExperiment experiment, Workspace workspace)
    {
        var file = Path.GetFullPath(experiment.File);
        var isElsewhere = Path.GetRelativePath(workspace.Root, file) is var path
            && (Path.IsPathRooted(path) || path.Split(Path.DirectorySeparatorChar)[0] == "..");
        return isElsewhere && File.Exists(file) ? Path.GetDirectoryName(file)! : workspace.Root;
    }

    private static StageLimits LimitsOf(LimitsSection section) => new(
        LimitOf(section.Retries, section.Time),
        section.Stage.ToDictionary(s => s.Key, s => LimitOf(s.Value.Retries ?? section.Retries, s.Value.Time ?? section.Time)));

    private static StageLimit LimitOf(int retries, Core.Settings.Duration? time) => new(retries, time?.Value, time?.ToString());
}
