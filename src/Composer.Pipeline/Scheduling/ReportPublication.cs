using Composer.Manifests.Model;
using Composer.Pipeline.Stages;

namespace Composer.Pipeline.Scheduling;

/// <summary>Puts a run's report where people look for it.</summary>
public static class ReportPublication
{
    /// <summary>Writes <c>reports/NAME/index.html</c> (with a profile <c>reports/NAME-PROFILE</c>) when it is another than the one there.</summary>
    /// <returns>Its path; null when the run has no report.</returns>
    public static string? Publish(RunOutcome outcome, LoadedManifest manifest, Workspace workspace)
    {
        var report = outcome.Results.FirstOrDefault(r => r.Key.Kind == StageKind.Report).Value;
        if (report is null)
        {
            return null;
        }

        var name = manifest.Profile is { } profile ? $"{manifest.Manifest.Name}-{profile.Replace(',', '-')}" : manifest.Manifest.Name;
        var path = Path.Combine(workspace.Reports, name, ReportStage.OutputName);
        var source = report.PathOf(ReportStage.OutputName);
        if (!File.Exists(path) || !File.ReadAllBytes(path).AsSpan().SequenceEqual(File.ReadAllBytes(source)))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            var temporary = path + ".writing";
            File.WriteAllBytes(temporary, File.ReadAllBytes(source));
            File.Move(temporary, path, overwrite: true);
        }

        return path;
    }
}
