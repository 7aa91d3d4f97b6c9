using Composer.Core;
using Composer.Core.Code;
using Composer.Pipeline.Jobs;
using Composer.Pipeline.Results;
using Composer.Search.Analysis;
using Composer.Stages.Aggregate;
using Composer.Stages.Efficiency;
using Composer.Stages.Extrapolate;
using Composer.Stages.Import;
using Composer.Stages.LmEval;
using Composer.Stages.Pretrain;
using Composer.Stages.Search;
using Composer.Stages.Tokenize;

namespace Composer.Stages.Report;

/// <summary>Puts together what the report shows.</summary>
internal static class ReportComputation
{
    [CodeRoot("report")]
    public static JobOutcome Compute(ReportInputs inputs, IReportRenderer renderer, JobTools tools)
    {
        var content = ContentOf(inputs, tools.ResultOf, (from, search, _) => SearchAnalysis.Of(from, search));
        return JobOutcome.Done().With(ReportStage.OutputName, renderer.Render(content));
    }

    /// <summary>All that a report shows.</summary>
    /// <param name="inputs">Which results.</param>
    /// <param name="resultOf">Finds one by its key.</param>
    /// <param name="analyse">Fits a surrogate to a search's trials, told the search's key.</param>
    public static ReportContent ContentOf(
        ReportInputs inputs, Func<Digest, StageResult> resultOf, Func<ReportedSearch, SearchOutput, Digest, StudyAnalysis?> analyse)
    {
        var results = inputs.Input.ToDictionary(i => i.Key, i => resultOf(i.Value.Key), StringComparer.Ordinal);
        var set = inputs.Set.ToHashSet(StringComparer.Ordinal);
        return new ReportContent
        {
            Experiment = inputs.Experiment,
            Description = inputs.Description,
            Profile = inputs.Profile,
            Seed = inputs.Seed.Value,
            Points = [.. inputs.Points.Select(p => Point(p, results, analyse))],
            Unfinished = [.. inputs.Unfinished.Select(u => new UnfinishedStage(u.Key, u.Value))],
            Provenance = [.. inputs.Input.OrderBy(i => i.Value.Place).Select(i => Provenance(i.Key, results[i.Key], i.Value.After))],
            Settings = [.. inputs.Manifest.Select(s => new ReportSetting(s.Key, s.Value, !set.Contains(s.Key)))],
            Version = inputs.Version,
        };
    }

    private static ReportPoint Point(
        ReportedPoint point,
        Dictionary<string, StageResult> results,
        Func<ReportedSearch, SearchOutput, Digest, StudyAnalysis?> analyse) => new()
        {
            Label = point.Label,
            Axes = point.Axes,
            Searches =
        [
            .. point.Branches.Where(
                b => b.Search is not null && results.ContainsKey(b.Search.Search)).Select(b => Search(b.Name, b.Search!, results, analyse)),
        ],
            Models = [.. point.Branches.Where(b => b.IsShown(results.ContainsKey)).Select(b => Model(b, results))],
        };

    private static ReportSearch Search(
        string name,
        ReportedSearch from,
        Dictionary<string, StageResult> results,
        Func<ReportedSearch, SearchOutput, Digest, StudyAnalysis?> analyse)
    {
        var search = results[from.Search].Read<SearchOutput>(SearchOutput.Name);
        return new ReportSearch
        {
            Name = name,
            Search = search,
            Analysis = analyse(from, search, results[from.Search].Record.Key),
            Aggregate = results.GetValueOrDefault(from.Aggregate)?.Read<AggregateOutput>(AggregateOutput.Name),
            Architecture = results.GetValueOrDefault(from.Extrapolate)?.Read<ArchitectureOutput>(ArchitectureOutput.Name),
            SearchStage = from.Search,
            AggregateStage = from.Aggregate,
            ExtrapolateStage = from.Extrapolate,
        };
    }

    private static ReportModel Model(ReportedBranch branch, Dictionary<string, StageResult> results)
    {
        ReportRun[] runs = [.. branch.Runs.Where(run => results.ContainsKey(run.Pretrain)).Select(run => Run(branch, run, results))];
        var (first, trained) = (runs[0], runs[0].Pretrain);
        var architecture = branch.Baseline
            ?? (branch.IsImported
                ? results[branch.Pretrain].Read<ImportOutput>(ImportOutput.Name).Model
                : results[branch.Search!.Extrapolate].Read<ArchitectureOutput>(ArchitectureOutput.Name));
        var efficiency = results.GetValueOrDefault(branch.Efficiency)?.ReadBeside<EfficiencyTimings>(EfficiencyTimings.Name);
        return new ReportModel
        {
            Name = branch.Name,
            IsBaseline = branch.Search is null,
            IsImported = branch.IsImported,
            Architecture = architecture,
            Pretrain = trained,
            Repetition = first.Repetition,
            Repetitions = runs[1..],
            Timings = first.Timings,
            LmEval = first.LmEval,
            Efficiency = efficiency?.Of(new TimedModel(trained.Architecture, trained.Vocabulary, architecture.Shape)),
            TimedThreads = efficiency?.Threads ?? 0,
            PretrainStage = first.PretrainStage,
            LmEvalStage = first.LmEvalStage,
            EfficiencyStage = branch.Efficiency,
        };
    }

    private static ReportRun Run(ReportedBranch branch, ReportedRun run, Dictionary<string, StageResult> results)
    {
        var result = results[run.Pretrain];
        var trained = branch.IsImported
            ? Untrained(result.Read<ImportOutput>(ImportOutput.Name))
            : result.Read<PretrainOutput>(PretrainOutput.Name);
        return new ReportRun(run.Repetition, trained, run.Pretrain)
        {
            Timings = result.ReadBeside<PretrainSpeed>(PretrainSpeed.Name),
            LmEval = results.GetValueOrDefault(run.LmEval)?.Read<LmEvalOutput>(LmEvalOutput.Name),
            LmEvalStage = run.LmEval,
        };
    }

    private static PretrainOutput Untrained(ImportOutput imported) => new()
    {
        Architecture = imported.Model.Architecture,
        Parameters = imported.Parameters,
        Vocabulary = imported.Vocabulary,
        Steps = 0,
        Tokens = 0,
        Flops = 0,
        FlopsPerToken = 0,
        FlopCount = default,
        ValidationLoss = double.NaN,
        ValidationTokens = 0,
        Curve = [],
        Validation = [],
    };

    private static ReportProvenance Provenance(string stage, StageResult result, IReadOnlyList<string> after) => new(
        stage,
        result.Record.Kind,
        result.Record.Key,
        result.Record.Output,
        result.Record.Created,
        result.Record.Seconds,
        result.Record.Machine,
        [.. result.Record.Preimage.Select(f => new ReportSetting(f.Path, f.Value))])
    {
        After = after,
        Accepted = result.Accepted,
        SkippedLines = result.Record.Kind == KindNames.Tokenize ? result.Read<TokenizeOutput>(TokenizeOutput.Name).Skipped : null,
    };
}
