using System.Globalization;
using Composer.Core.Faults;
using Composer.Core.Files;
using Composer.Manifests.Model;
using Composer.Pipeline;
using Composer.Pipeline.Scheduling;
using Composer.Store.Leases;

namespace Composer.Stages.Report;

/// <summary>Puts a run's report where people look for it.</summary>
public static class ReportPublication
{
    /// <summary>The page, among the stage's outputs and in its folder.</summary>
    public const string FileName = ReportStage.OutputName;

    private const string Writing = ".writing-";

    /// <summary>
    /// Writes <c>reports/NAME/index.html</c> (with a profile <c>reports/NAME-PROFILE</c>) when it is another than the one there.
    /// </summary>
    /// <returns>Its path; null when the run has no report.</returns>
    public static string? Publish(RunOutcome outcome, ResolvedExperiment manifest, Workspace workspace)
    {
        var report = outcome.Results.FirstOrDefault(r => r.Key.Kind.Name == KindNames.Report).Value;
        if (report is null)
        {
            return null;
        }

        var name = manifest.Profile is { } profile ? $"{manifest.Manifest.Name}-{profile.Replace(',', '-')}" : manifest.Manifest.Name;
        var path = Path.Combine(workspace.Reports, name, ReportStage.OutputName);
        var page = report.ReadBytes(ReportStage.OutputName);
        RemoveAbandoned(path);
        if (!File.Exists(path) || !File.ReadAllBytes(path).AsSpan().SequenceEqual(page))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);

            // A name of this process's own: two runs of an experiment may end at once.
            var ending = string.Create(CultureInfo.InvariantCulture, $"{Writing}{Environment.ProcessId}");
            new WholeFile(ending, written: PublishingPoint.ReportWritten, named: PublishingPoint.ReportNamed).Write(path, page);
        }

        return path;
    }

    private static void RemoveAbandoned(string path)
    {
        if (!Directory.Exists(Path.GetDirectoryName(path)))
        {
            return;
        }

        foreach (var left in Directory.EnumerateFiles(Path.GetDirectoryName(path)!, Path.GetFileName(path) + Writing + "*"))
        {
            if (!int.TryParse(left[(path.Length + Writing.Length)..], CultureInfo.InvariantCulture, out var process)
                    || !ProcessIdentity.IsRunning(process))
            {
                File.Delete(left);
            }
        }
    }
}
