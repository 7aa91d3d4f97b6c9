using System.CommandLine;
using Composer.Cli.Output;
using Composer.Core.Diagnostics;
using Composer.Core.Json;
using Composer.Core;
using Composer.Manifests.Model;
using Composer.Manifests;
using Composer.Pipeline.Tracing;
using Composer.Pipeline;
using Composer.Stages.Experiment;
using Composer.Stages.Report;
using Composer.Stages;
using Composer.Store.Records;
using Composer.Store;

namespace Composer.Cli.Commands;

/// <summary>
/// <c>composer trace VALUE</c>: from a number of a report back to what it was computed from, every digest compared again.
/// </summary>
internal static class TraceCommand
{
    private const string Code = "CMP1011";

    public static Command Create()
    {
        var value = new Argument<string>("VALUE")
        {
            Description = "STAGE.PATH, such as pretrain/composite.validation_loss, or a number as the report prints it, such as 1.3776 "
                + "or \"± 1.2 points\".",
        };
        var run = new Option<string?>("--run") { Description = "The run's id, or its beginning; by default the newest that has the number.", HelpName = "RUN" };
        var artifacts = new Option<string?>("--artifacts")
        {
            Description = "Where the store is; artifacts/ of the clone by default.",
            HelpName = "FOLDER",
        };
        var json = new Option<bool>("--json") { Description = "Print one JSON object." };
        var command = new Command(
            "trace",
            "Follow a number back through keys to manifest lines, code, seeds and machines, and read every blob on the way again.") { value,
            run,
            artifacts,
            json };
        command.SetAction(parsed =>
        {
            var workspace = ExperimentOptions.FindWorkspace(parsed.GetValue(artifacts));
            using var store = Session.OpenStore(workspace);
            var (query, named) = (parsed.GetRequiredValue(value), parsed.GetValue(run));
            var view = named is null ? Newest(query, workspace, store) : View(query, store.FindRun(named), workspace, store);
            if (parsed.GetValue(json))
            {
                Console.WriteLine(ComposerJson.WriteText(view));
            }
            else
            {
                view.Print(Console.Out);
            }

            return view.Whole ? ExitCode.Done : ExitCode.StageFailed;
        });
        return command;
    }

    /// <summary>The view of the newest run that has the number.</summary>
    private static TraceView Newest(string value, Workspace workspace, StageStore store)
    {
        UserInputException? mistake = null;
        RunRecord? newest = null;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var run in store.Runs(int.MaxValue))
        {
            var stages = store.StagesOf(run.Id);

            // Runs that found the same results have the same numbers.
            if (!stages.Any(s => s.Key is not null) || !seen.Add(string.Join(' ', stages.Select(s => $"{s.Name}={s.Key}"))))
            {
                continue;
            }

            newest ??= run;
            try
            {
                return View(value, run, workspace, store) with { NewestRun = newest == run ? null : newest.Id };
            }
            catch (UserInputException missing) when (missing.Diagnostics.All(d => d.Code == Code))
            {
                mistake ??= missing;
            }
        }

        throw (mistake, seen.Count) switch
        {
            (null, _) => Mistake("No run that has ended reached a result: there is no number to follow."),
            ({ } only, 1) => only,
            ({ Diagnostics: [var first, ..] }, _) => Mistake($"None of the runs has a number '{value}'.", first.Remedy),
            _ => mistake,
        };
    }

    private static UserInputException Mistake(string message, string? remedy = null) =>
        new(new Diagnostic(Code, DiagnosticSeverity.Error, message, Remedy: remedy));

    private static TraceView View(string value, RunRecord run, Workspace workspace, StageStore store)
    {
        var stages = store.StagesOf(run.Id);
        var numbers = ReportedNumber.Of(store, Session.Kinds, stages);
        var found = NumberQuery.Find(numbers, value);
        if (found.Count == 0 && PlacesOf(value, stages, store) is { Count: > 0 } places)
        {
            return TraceView.Of(run, places, ReportTraces(places, Tracer(run, stages, workspace, store)));
        }

        if (found.Count == 0)
        {
            throw run.ExitCode is null && stages.Count == 0
                ? Mistake(
                    $"Run {run.Id} has no end yet, and which stages a run reached is noted at its end.",
                    "Name another run, or none: 'composer runs' lists them.")
                : Mistake(
                    $"Run {run.Id} has no number '{value}'.",
                    Suggestion.DidYouMean(value, numbers.Select(n => n.Address)) ?? "'composer trace STAGE' lists the numbers of a stage.");
        }

        var named = found.Select(n => n.Stage).Distinct(StringComparer.Ordinal).ToArray();
        if (named.Length > 1)
        {
            return TraceView.Of(run, found, []);
        }

        return TraceView.Of(run, found, Tracer(run, stages, workspace, store).Trace(named[0]));
    }

    private static StageTracer Tracer(RunRecord run, IReadOnlyList<RunStage> stages, Workspace workspace, StageStore store)
    {
        var loaded = ManifestOf(run, workspace, store);
        return new StageTracer(store, stages, ExperimentGraphs.Build(loaded, workspace, Session.Kinds), new ManifestOrigins(loaded).Of);
    }

    /// <summary>Where the run's report prints a number that no stage put out.</summary>
    private static IReadOnlyList<ReportPlace> PlacesOf(string value, IReadOnlyList<RunStage> stages, StageStore store)
    {
        if (!value.Any(char.IsAsciiDigit)
            || stages.FirstOrDefault(s => s.Kind == KindNames.Report)?.Key is not { } key
            || store.RecordOf(key)?.Outputs.GetValueOrDefault(ReportPublication.FileName) is not { } page)
        {
            return [];
        }

        using var content = store.Blobs.OpenRead(page.Digest);
        return ReportPlace.Find(content, value);
    }

    /// <summary>The report, whose code computed the number, and what the places name as its sources.</summary>
    private static IReadOnlyList<StageTrace> ReportTraces(IReadOnlyList<ReportPlace> places, StageTracer tracer)
    {
        var sources = places.SelectMany(p => p.Stages).Distinct(StringComparer.Ordinal).ToArray();
        return places.Any(p => p.Stages.Count == 0)
            ? tracer.Trace(KindNames.Report)
            : [tracer.TraceAlone(KindNames.Report)!, .. tracer.Trace(sources)];
    }

    /// <summary>The manifest as it was in the run, its digest compared.</summary>
    private static ResolvedExperiment ManifestOf(RunRecord run, Workspace workspace, StageStore store)
    {
        using var content = store.Blobs.OpenRead(run.Manifest);
        using var bytes = new MemoryStream();
        content.CopyTo(bytes);
        var file = Path.Combine(workspace.Experiments, run.Experiment + ".toml");
        var name = File.Exists(file) && File.ReadAllBytes(file).AsSpan().SequenceEqual(bytes.ToArray())
            ? Path.GetRelativePath(Environment.CurrentDirectory, file)
            : $"{run.Experiment}.toml as it was in {run.Id}";
        return ManifestLoader.Parse(bytes.ToArray(), name, run.Profile.Length == 0 ? null : run.Profile, run.Settings);
    }
}
