using Composer.Core;
using Composer.Core.Code;
using Composer.Manifests.Model;
using Composer.Pipeline.Keys;
using Composer.Pipeline.Reports;
using Composer.Pipeline.Stages.Search;
using Composer.Store;
using Composer.Store.Records;

namespace Composer.Pipeline.Stages;

/// <summary>Renders the report of everything before it.</summary>
internal sealed class ReportStage(
    ExperimentManifest manifest,
    string? profile,
    IReadOnlyList<(string Label, IReadOnlyList<ModelBranch> Branches)> points,
    IReadOnlyList<Stage> all,
    IReadOnlyList<ReportSetting> settings,
    IReportRenderer renderer)
    : Stage(StageKind.Report, StageKind.Report, all)
{
    /// <summary>The output's name.</summary>
    public const string OutputName = "index.html";

    public override string Description => "one HTML file";

    /// <remarks>A failure stays in its point: the others are shown, as long as one model was evaluated.</remarks>
    public override bool CanDoWithout(IReadOnlyCollection<Stage> missing) =>
        points.SelectMany(p => p.Branches).Any(b => b.ModelStages.All(s => !missing.Contains(s)));

    /// <remarks>Times and speeds are shown, so what lies beside the outputs counts here and nowhere else.</remarks>
    public override Preimage BuildPreimage(IStageResults results, StageStore store)
    {
        var key = Preimage.Of(Kind).Add("code", renderer.Code).Add("code.content", CodeDigest.Of(Kind)).Add("code.version", Version).Add("profile", profile ?? "").Add("description", manifest.Description);
        foreach (var stage in Inputs.Where(results.Has))
        {
            var record = results[stage].Record;
            key.Add($"input.{stage.Name}", record.Output).Add($"input.{stage.Name}.key", record.Key);
            foreach (var (name, blob) in record.Beside)
            {
                key.Add($"input.{stage.Name}.{name}", blob.Digest);
            }
        }

        if (!Inputs.All(results.Has))
        {
            key.Add("unfinished", Unfinished(results));
        }

        foreach (var setting in settings)
        {
            key.Add($"manifest.{setting.Path}", setting.Value);
        }

        return key.Build();
    }

    [CodeRoot("report")]
    public override Task<StageOutcome> ComputeAsync(StageExecution execution, CancellationToken cancellation)
    {
        var content = new ReportContent
        {
            Experiment = manifest.Name,
            Description = manifest.Description,
            Profile = profile,
            Seed = manifest.Seed,
            Points = [.. points.Select(p => Point(p.Label, p.Branches, execution.Inputs))],
            Unfinished = [.. Unfinished(execution.Inputs)],
            Provenance = [.. Inputs.Where(execution.Inputs.Has).Select(s => Provenance(s, execution.Inputs[s]))],
            Settings = settings,
            Version = Version,
        };
        var outcome = StageOutcome.Done();
        outcome.Outputs.Add(OutputName, new StageContent(renderer.Render(content), null));
        return Task.FromResult(outcome);
    }

    private IEnumerable<string> Unfinished(IStageResults results) => Inputs.Where(s => !results.Has(s)).Select(s => s.Name);

    private static string Version => typeof(Digest).Assembly.GetName().Version!.ToString(3);

    private static ReportPoint Point(string label, IReadOnlyList<ModelBranch> branches, IStageResults results) => new()
    {
        Label = label,
        Searches =
        [
            .. branches.Where(b => b.Search is not null && b.SearchStages.All(results.Has)).Select(b => Search(b, results)),
        ],
        Models = [.. branches.Where(b => b.ModelStages.All(results.Has)).Select(b => Model(b, results))],
    };

    private static ReportSearch Search(ModelBranch branch, IStageResults results)
    {
        var search = results[branch.Search!].Read<SearchOutput>(SearchOutput.Name);
        return new ReportSearch
        {
            Name = branch.Name,
            Search = search,
            Analysis = SearchAnalysis.Of(branch.Manifest, search),
            Aggregate = results[branch.Aggregate!].Read<AggregateOutput>(AggregateOutput.Name),
            Architecture = results[branch.Extrapolate!].Read<ArchitectureOutput>(ArchitectureOutput.Name),
            SearchStage = branch.Search!.Name,
            AggregateStage = branch.Aggregate!.Name,
            ExtrapolateStage = branch.Extrapolate!.Name,
        };
    }

    private static ReportModel Model(ModelBranch branch, IStageResults results)
    {
        var (pretrain, evaluation) = (results[branch.Pretrain], results[branch.LmEval]);
        return new ReportModel
        {
            Name = branch.Name,
            IsBaseline = branch.Baseline is not null,
            Architecture = branch.Baseline ?? results[branch.Extrapolate!].Read<ArchitectureOutput>(ArchitectureOutput.Name),
            Pretrain = pretrain.Read<PretrainOutput>(PretrainOutput.Name),
            Timings = pretrain.ReadBeside<PretrainTimings>(PretrainTimings.Name),
            LmEval = evaluation.Read<LmEvalOutput>(LmEvalOutput.Name),
            Efficiency = evaluation.ReadBeside<EfficiencyOutput>(EfficiencyOutput.Name),
            PretrainStage = branch.Pretrain.Name,
            LmEvalStage = branch.LmEval.Name,
        };
    }

    private static ReportProvenance Provenance(Stage stage, StageResult result) => new(
        stage.Name,
        stage.Kind,
        result.Record.Key.ToString(),
        result.Record.Output.ToString(),
        result.Record.Created,
        result.Record.Seconds,
        result.Record.Machine,
        [.. result.Record.Preimage.Select(f => new ReportSetting(f.Path, f.Value))])
    {
        Accepted = result.Accepted,
    };
}
