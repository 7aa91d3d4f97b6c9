using System.CommandLine;
using Composer.Architecture;
using Composer.Core.Diagnostics;
using Composer.Pipeline.Planning;
using Composer.Stages.Experiment;
using Composer.Stages.Prediction;
using Composer.Store.Records;

namespace Composer.Cli.Commands;

/// <summary>What was measured of the orders of a search: another search's scores, or the losses of pre-trained models.</summary>
internal sealed class TruthOptions
{
    private readonly Option<string?> name = new("--truth")
    {
        Description = "The experiment that has the truth: its search over the same orders, such as one with tasks = [\"text\"]; NAME by "
            + "default.",
        HelpName = "NAME",
    };

    private readonly Option<bool> models = new("--truth-models")
    {
        Description = "The truth is the validation loss of that experiment's pre-trained models; each counts for the small order that "
            + "scales to its layers.",
    };

    private readonly Option<string?> run = new("--truth-run")
    {
        Description = "Take the truth as this run left it, whatever code computed it; its id, or its beginning.",
        HelpName = "RUN",
    };

    private readonly Option<string?> stage = new("--truth-stage")
    {
        Description = "Where the experiment has several: the stage that has the truth, such as search/text, without the seed of a sweep.",
        HelpName = "STAGE",
    };

    private readonly Option<string?> seeds = new("--truth-seeds") { Description = "As --seeds, of the truth." };

    private readonly Option<string?> profile = new("--truth-profile") { Description = "As --profile, of the truth.", HelpName = "NAME" };

    private readonly Option<string[]> set = new("--truth-set") { Description = "As --set, of the truth.", HelpName = "path=value" };

    public void AddTo(Command command)
    {
        command.Add(name);
        command.Add(models);
        command.Add(run);
        command.Add(stage);
        command.Add(seeds);
        command.Add(profile);
        command.Add(set);
    }

    /// <summary>Whether the command line names a truth.</summary>
    public bool AreGiven(ParseResult parsed) =>
        parsed.GetValue(name) is not null || parsed.GetValue(models)
        || parsed.GetValue(stage) is not null || parsed.GetValue(run) is not null;

    /// <summary>The truth.</summary>
    /// <param name="options">What the command takes.</param>
    /// <param name="parsed">The command line.</param>
    /// <param name="orders">The orders that it is wanted of.</param>
    /// <exception cref="UserInputException">There is none, or there are several.</exception>
    public OrderTruth Of(ExperimentOptions options, ParseResult parsed, IReadOnlyCollection<LayerSequence> orders)
    {
        var chosen = parsed.GetValue(name) is { } other
            ? new ChosenExperiment(other, parsed.GetValue(profile), parsed.GetValue(set) ?? [])
            : OfSame(options.Chosen(parsed), parsed);
        if (!parsed.GetValue(models))
        {
            return OfSearch(options, parsed, chosen);
        }

        var truths = OfModels(options, parsed, chosen, orders);
        return truths.Count == 0
            ? throw Mistake(
                $"{chosen.Name} has no pre-trained model that a searched order scales to.",
                $"Run composer run {chosen.Name} --until pretrain first, with baselines that are searched orders scaled.")
            : Wanted(parsed, chosen, truths, truth => truth.Stage);
    }

    /// <summary>That the store has no more what a command reads.</summary>
    public static UserInputException EvaluationsAreGone(string experiment) => Mistake(
        $"The store has the search of {experiment}, and no longer all evaluations behind it.",
        "Run composer store verify, which says what is missing or damaged, and take a run that is whole with --run.");

    internal static UserInputException Mistake(string message, string remedy) =>
        new(new Diagnostic(FinishedSearches.Code, DiagnosticSeverity.Error, message, Remedy: remedy));

    /// <summary>The experiment that the command is about, with what is said of the truth besides.</summary>
    private ChosenExperiment OfSame(ChosenExperiment chosen, ParseResult parsed) =>
        new(chosen.Name, parsed.GetValue(profile) ?? chosen.Profile, [.. chosen.Set, .. parsed.GetValue(set) ?? []]);

    private OrderTruth OfSearch(ExperimentOptions options, ParseResult parsed, ChosenExperiment chosen)
    {
        var searches = FinishedSearches.Of(
            options, parsed, chosen, parsed.GetValue(run), FinishedSearches.Seeds(parsed.GetValue(seeds)));
        var group = Wanted(parsed, chosen, [.. searches.GroupBy(search => search.WithoutSeed)], found => found.Key);
        using var store = Session.OpenStore(ExperimentOptions.FindWorkspace(parsed.GetValue(options.Artifacts)));
        return (SearchedRuns.Of([.. group], store) ?? throw EvaluationsAreGone(chosen.Name)).AsTruth();
    }

    /// <summary>The only one, or that which the command line names.</summary>
    private T Wanted<T>(ParseResult parsed, ChosenExperiment chosen, IReadOnlyList<T> found, Func<T, string> nameOf)
        where T : class
    {
        var (wanted, stages) = (parsed.GetValue(stage), string.Join(", ", found.Select(nameOf)));
        return (wanted, found) switch
        {
            (null, [var only]) => only,
            (null, _) => throw Mistake($"{chosen.Name} has several truths: {stages}.", "Name one by --truth-stage."),
            _ => found.FirstOrDefault(f => nameOf(f) == wanted)
                ?? throw Mistake($"{chosen.Name} has no truth '{wanted}'.", $"There are {stages}."),
        };
    }

    private IReadOnlyList<OrderTruth> OfModels(
        ExperimentOptions options, ParseResult parsed, ChosenExperiment chosen, IReadOnlyCollection<LayerSequence> orders)
    {
        var wanted = FinishedSearches.Seeds(parsed.GetValue(seeds));
        return OrderTruth.Together(
            (wanted.Count > 0 ? wanted.Select(seed => $"seed={seed}") : [""]).SelectMany(more => Models(more.Length > 0 ? [more] : [])));

        IReadOnlyList<OrderTruth> Models(string[] more)
        {
            var (loaded, _, workspace) = options.Load(parsed, chosen, more);
            using var store = Session.OpenStore(workspace);
            IReadOnlyDictionary<string, StageRecord> records = parsed.GetValue(run) is { } id
                ? store.StagesOf(store.FindRun(id).Id).Where(s => s.Key is not null)
                    .Select(s => (s.Name, Record: store.RecordOf(s.Key!.Value))).Where(s => s.Record is not null)
                    .ToDictionary(s => s.Name, s => s.Record!, StringComparer.Ordinal)
                : new Planner(store, workspace, Session.Resources(null)).Plan(ExperimentGraphs.Build(loaded, workspace, Session.Kinds))
                    .Where(p => p.Hit is not null).ToDictionary(p => p.Stage.Name, p => p.Hit!, StringComparer.Ordinal);
            return TrainedModels.Of(loaded, orders, name => records.GetValueOrDefault(name), store);
        }
    }
}
