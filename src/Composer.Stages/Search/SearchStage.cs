using System.Globalization;
using Composer.Core;
using Composer.Core.Text;
using Composer.Pipeline.Jobs;
using Composer.Pipeline.Keys;
using Composer.Pipeline.Results;
using Composer.Search;
using Composer.Stages.Code;
using Composer.Stages.Evaluate;
using Composer.Stages.Hardware;
using Composer.Stages.Tokenize;
using Composer.Store;
using Composer.Training.Engines;

namespace Composer.Stages.Search;

/// <summary>Proposes candidates, has them scored, and keeps the trials.</summary>
/// <remarks>
/// Trials are a function of the inputs alone: a search that was stopped proposes the same again and finds what was
/// evaluated in the store.
/// </remarks>
public sealed class SearchStage : JobKind<SearchInputs>
{
    public static SearchStage Kind { get; } = new();

    public override string Name => KindNames.Search;

    public override IEnumerable<Digest> KeysBehind(StageResult result) =>
        result.Read<SearchOutput>(SearchOutput.Name).Trials.SelectMany(t => t.Evaluations).Distinct();

    public override string Summarize(StageResult result)
    {
        var output = result.Read<SearchOutput>(SearchOutput.Name);
        var best = output.Trials.Where(t => t.Score is not null).MinBy(t => t.Score)!;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{CountText.Of(output.Trials.Count, "trial")}, best {best.Layers.Notation} at {best.Score:0.0000}");
    }

    public override IReadOnlyDictionary<string, double> MetricsOf(StageResult result) =>
        result.Read<SearchOutput>(SearchOutput.Name).Trials.Min(t => t.Score) is { } best
            ? new Dictionary<string, double> { ["best score"] = best }
            : new Dictionary<string, double>();

    /// <summary>How many of the evaluations are in the store, of how many; null when only the search itself will know.</summary>
    /// <param name="inputs">Of the search.</param>
    /// <param name="store">Where to look.</param>
    /// <param name="result">The search's own result, or null.</param>
    public (int Present, int All)? CountEvaluations(SearchInputs inputs, StageNeeds needs, StageStore store, StageResult? result)
    {
        if (result is not null)
        {
            var keys = KeysBehind(result).ToArray();
            return (keys.Count(store.Contains), keys.Length);
        }

        if (inputs.Search.Strategy != SearchStrategy.Exhaustive)
        {
            return null;
        }

        var (trainings, orders) = (
            SearchComputation.TrainingsOf(inputs),
            SearchComputation.StrategyOf(inputs).Suggest(inputs.Search.Study(inputs.Seed), int.MaxValue));
        var present = orders.SelectMany(order => trainings.Of(order))
            .Count(t => store.Contains(EvaluateStage.Kind.PreimageOf(t.Inputs, needs.OfMachineAlone, store).Key));
        return (present, orders.Count * trainings.PerCandidate);
    }

    protected override JobCode CodeOf(SearchInputs inputs) => CodeDigest.Of(
        KindNames.Search,
        CodeUse.Tasks(inputs.Evaluate.Tasks),
        CodeUse.Primitives(inputs.Search.Primitives.Select(p => p[0])),
        CodeUse.Engine(EngineRegistry.Cpu),
        CorpusContent.CodeOf(inputs.Input?.Text));

    protected override string? HardwareOf(SearchInputs inputs, StageNeeds needs, StageStore store) => HardwarePolicy.Cpu(needs);

    protected override Task<JobOutcome> ComputeAsync(SearchInputs inputs, JobTools tools, CancellationToken cancellation) =>
        SearchComputation.ComputeAsync(inputs, tools, cancellation);
}
