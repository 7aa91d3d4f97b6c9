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

        var path = PathOf(manifest, workspace);
        var page = report.ReadBytes(ReportStage.OutputName);
        RemoveAbandoned(path);
        if (!File.Exists(path) || !File.ReadAllBytes(path).AsSpan().SequenceEqual(page))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            new WholeFile(Ending(), written: PublishingPoint.ReportWritten, named: PublishingPoint.ReportNamed).Write(path, page);
        }

        return path;
    }

    /// <summary>Where people look for the report of a run.</summary>
    public static string PathOf(ResolvedExperiment manifest, Workspace workspace)
    {
        var name = manifest.Profile is { } profile ? $"{manifest.Manifest.Name}-{profile.Replace(',', '-')}" : manifest.Manifest.Name;
        return Path.Combine(workspace.Reports, name, ReportStage.OutputName);
    }

    /// <summary>Puts a page of a run that is not over there, whole; where it cannot be written, there is none.</summary>
    public static void Show(string path, byte[] page)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            new WholeFile(Ending()).Write(path, page);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A view of the run is worth no failure of the run.
        }
    }

    /// <summary>Of this process's own: two runs of an experiment may write at once.</summary>
    private static string Ending() => string.Create(CultureInfo.InvariantCulture, $"{Writing}{Environment.ProcessId}");

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
