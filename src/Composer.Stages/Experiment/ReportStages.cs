using Composer.Core;
using Composer.Core.Settings;
using Composer.Manifests;
using Composer.Manifests.Model;
using Composer.Pipeline.Graph;
using Composer.Pipeline.Jobs;
using Composer.Stages.Report;

namespace Composer.Stages.Experiment;

/// <summary>The stage that ends an experiment.</summary>
internal static class ReportStages
{
    public static Stage Of(ResolvedExperiment experiment, IReadOnlyList<ReportedPoint> points, IReadOnlyList<Stage> all, JobKind kind)
    {
        // What can change no result is not a part of the report: it would render it anew.
        var settings = ManifestFields.Of(experiment.Manifest, "").Where(f => !f.NotInKey).ToArray();
        var (manifest, set) = (
            new ValueMap<string>(settings.Select(f => KeyValuePair.Create(f.Path, f.Value))),
            new ValueList<string>(settings.Where(f => !f.IsDefault).Select(f => f.Path)));
        return new Stage(KindNames.Report, kind, all, (results, _) => new ReportInputs
        {
            Experiment = experiment.Manifest.Name,
            Description = experiment.Manifest.Description,
            Profile = experiment.Profile,
            Seed = new Seed(experiment.Manifest.Seed),
            Version = typeof(Digest).Assembly.GetName().Version!.ToString(3),
            Manifest = manifest,
            Set = set,
            Points = [.. points],
            Input = new ValueMap<ReportedStage>(all.Select((s, place) => (s, place)).Where(s => results.Has(s.s))
                .Select(s => KeyValuePair.Create(s.s.Name, Reported(s.s, results[s.s].Record, s.place)))),
            Unfinished = new ValueMap<string>(
                all.Where(s => !results.Has(s)).Select(s => KeyValuePair.Create(s.Name, results.WhyNot(s)))),
        })
        {
            Description = "one HTML file",

            // A failure takes its own numbers out of the report and no others: there is one as soon as there is anything to show.
            CanDoWithout = missing =>
            {
                var names = missing.Select(m => m.Name).ToHashSet(StringComparer.Ordinal);
                return points.SelectMany(p => p.Branches)
                    .Any(b => b.IsShown(name => !names.Contains(name)) || (b.Search is { } from && !names.Contains(from.Search)));
            },
        };
    }

    private static ReportedStage Reported(Stage stage, Store.Records.StageRecord record, int place) => new(
        place,
        record.Key,
        record.Output,
        new ValueMap<Digest>(record.Beside.Select(b => KeyValuePair.Create(b.Key, b.Value.Digest))),
        [.. stage.Inputs.Select(i => i.Name)]);
}
