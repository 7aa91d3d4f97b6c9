using System.Globalization;
using Composer.Core;
using Composer.Pipeline.Comparison;
using Composer.Store;
using Composer.Store.Records;

namespace Composer.Cli.Output;

/// <summary>The difference of two runs, as <c>--json</c> and people see it.</summary>
internal sealed record DiffView(
    string Older,
    string Newer,
    RunView OlderRun,
    RunView NewerRun,
    bool SameManifest,
    IReadOnlyList<DiffView.Line>? Manifest,
    IReadOnlyList<DiffView.Stage> Stages)
{
    public static DiffView Of(RunComparison comparison, StageStore store, DateTimeOffset now) => new(
        comparison.Older.Id,
        comparison.Newer.Id,
        RunView.Of(store, comparison.Older, now),
        RunView.Of(store, comparison.Newer, now),
        comparison.Older.Manifest == comparison.Newer.Manifest,
        comparison.Manifest?.Select(l => new Line(l.Mark.ToString(), l.Line, l.Text)).ToArray(),
        [.. comparison.Stages.Select(StageOf)]);

    public void Print(TextWriter output)
    {
        var (id, experiment) = (Math.Max(Older.Length, Newer.Length), Math.Max(OlderRun.Name.Length, NewerRun.Name.Length));
        output.WriteLine($"- {OlderRun.Line(id, experiment)}");
        output.WriteLine($"+ {NewerRun.Line(id, experiment)}");
        foreach (var run in new[] { OlderRun, NewerRun }.Where(r => r.ExitCode is null))
        {
            output.WriteLine($"{run.Id} has no end ({run.Result}), and what became of stages is noted at the end of a run");
        }

        output.WriteLine(
            SameManifest ? "the manifests are the same" : Manifest is null ? "a manifest is gone from the store" : "manifests:");
        foreach (var line in Manifest ?? [])
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {line.Mark} {line.Number,4}  {line.Text}"));
        }

        var name = Stages.Select(s => s.Name.Length).DefaultIfEmpty().Max();
        foreach (var stage in Stages)
        {
            output.WriteLine($"{stage.Name.PadRight(name)}  {stage.Verdict}");
            foreach (var line in stage.Fields ?? [])
            {
                output.WriteLine($"    {line.Path}: {line.Older ?? "(none)"} → {line.Newer ?? "(none)"}");
            }

            foreach (var changed in stage.Outputs)
            {
                output.WriteLine($"    output {changed.Name}: {Digest.ShortOf(changed.Older)} → {Digest.ShortOf(changed.Newer)}");
            }

            foreach (var metric in stage.Metrics.Where(m => m.Older != m.Newer))
            {
                output.WriteLine($"    {metric.Name}: {Number(metric.Older)} → {Number(metric.Newer)}");
            }
        }
    }

    private static Stage StageOf(StageComparison stage) => new(
        stage.Name,
        (stage.Older ?? stage.Newer)!.Kind,
        Verdict(stage),
        stage.Older?.Status,
        stage.Newer?.Status,
        stage.Older?.Key?.ToString(),
        stage.Newer?.Key?.ToString(),
        stage.Fields?.Select(f => new Difference(f.Path, f.Old, f.New)).ToArray(),
        [.. stage.Outputs.Select(o => new Change(o.Name, o.Older, o.Newer))],
        [.. stage.Metrics.Select(m => new Metric(m.Name, m.Older, m.Newer))]);

    private static string Verdict(StageComparison stage) => stage switch
    {
        { Older: null } => "only in the newer",
        { Newer: null } => "only in the older",
        { SameKey: true } => "the same",
        { Fields: null } => $"{State(stage.Older!)} → {State(stage.Newer!)}",
        { Outputs.Count: 0 } => "another key, the same outputs",
        _ => "differs",
    };

    private static string State(RunStage stage) => stage.Key is null ? $"{stage.Status}, no key" : stage.Status;

    private static string Number(double? value) => value?.ToString("0.####", CultureInfo.InvariantCulture) ?? "(none)";

    internal sealed record Line(string Mark, int Number, string Text);

    internal sealed record Difference(string Path, string? Older, string? Newer);

    internal sealed record Change(string Name, string? Older, string? Newer);

    internal sealed record Metric(string Name, double? Older, double? Newer);

    internal sealed record Stage(
        string Name,
        string Kind,
        string Verdict,
        string? OlderStatus,
        string? NewerStatus,
        string? OlderKey,
        string? NewerKey,
        IReadOnlyList<Difference>? Fields,
        IReadOnlyList<Change> Outputs,
        IReadOnlyList<Metric> Metrics);
}
