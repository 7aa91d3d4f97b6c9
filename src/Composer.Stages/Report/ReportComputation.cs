using Composer.Core.Code;
using Composer.Pipeline.Jobs;
using Composer.Pipeline.Results;
using Composer.Stages.Aggregate;
using Composer.Stages.Efficiency;
using Composer.Stages.Extrapolate;
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
        var results = inputs.Input.ToDictionary(i => i.Key, i => tools.ResultOf(i.Value.Key), StringComparer.Ordinal);
        var set = inputs.Set.ToHashSet(StringComparer.Ordinal);
        var content = new ReportContent
        {
            Experiment = inputs.Experiment,
            Description = inputs.Description,
            Profile = inputs.Profile,
            Seed = inputs.Seed.Value,
            Points = [.. inputs.Points.Select(p => Point(p, results))],
            Unfinished = [.. inputs.Unfinished.Select(u => new UnfinishedStage(u.Key, u.Value))],
            Provenance = [.. inputs.Input.OrderBy(i => i.Value.Place).Select(i => Provenance(i.Key, results[i.Key]))],
            Settings = [.. inputs.Manifest.Select(s => new ReportSetting(s.Key, s.Value, !set.Contains(s.Key)))],
            Version = inputs.Version,
        };
        return JobOutcome.Done().With(ReportStage.OutputName, renderer.Render(content));
    }

    private static ReportPoint Point(ReportedPoint point, Dictionary<string, StageResult> results) => new()
    {
        Label = point.Label,
        Searches =
        [
            .. point.Branches.Where(
                b => b.Search is not null && results.ContainsKey(b.Search.Search)).Select(b => Search(b.Name, b.Search!, results)),
        ],
        Models = [.. point.Branches.Where(b => b.ModelStages.All(results.ContainsKey)).Select(b => Model(b, results))],
    };

    private static ReportSearch Search(string name, ReportedSearch from, Dictionary<string, StageResult> results)
    {
        var search = results[from.Search].Read<SearchOutput>(SearchOutput.Name);
        return new ReportSearch
        {
            Name = name,
            Search = search,
            Analysis = SearchAnalysis.Of(from, search),
            Aggregate = results.GetValueOrDefault(from.Aggregate)?.Read<AggregateOutput>(AggregateOutput.Name),
            Architecture = results.GetValueOrDefault(from.Extrapolate)?.Read<ArchitectureOutput>(ArchitectureOutput.Name),
            SearchStage = from.Search,
            AggregateStage = from.Aggregate,
            ExtrapolateStage = from.Extrapolate,
        };
    }

    private static ReportModel Model(ReportedBranch branch, Dictionary<string, StageResult> results)
    {
        var pretrain = results[branch.Pretrain];
        return new ReportModel
        {
            Name = branch.Name,
            IsBaseline = branch.Baseline is not null,
            Architecture = branch.Baseline ?? results[branch.Search!.Extrapolate].Read<ArchitectureOutput>(ArchitectureOutput.Name),
            Pretrain = pretrain.Read<PretrainOutput>(PretrainOutput.Name),
            Timings = pretrain.ReadBeside<PretrainSpeed>(PretrainSpeed.Name),
            LmEval = results.GetValueOrDefault(branch.LmEval)?.Read<LmEvalOutput>(LmEvalOutput.Name),
            Efficiency = results.GetValueOrDefault(branch.Efficiency)?.ReadBeside<EfficiencyTimings>(EfficiencyTimings.Name),
            PretrainStage = branch.Pretrain,
            LmEvalStage = branch.LmEval,
            EfficiencyStage = branch.Efficiency,
        };
    }

    private static ReportProvenance Provenance(string stage, StageResult result) => new(
        stage,
        result.Record.Kind,
        result.Record.Key,
        result.Record.Output,
        result.Record.Created,
        result.Record.Seconds,
        result.Record.Machine,
        [.. result.Record.Preimage.Select(f => new ReportSetting(f.Path, f.Value))])
    {
        Accepted = result.Accepted,
        SkippedLines = result.Record.Kind == KindNames.Tokenize ? result.Read<TokenizeOutput>(TokenizeOutput.Name).Skipped : null,
    };
}
