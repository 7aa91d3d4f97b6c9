using System.Globalization;
using Composer.Architecture.Aggregation;
using Composer.Core;
using Composer.Core.Text;
using Composer.Pipeline.Jobs;
using Composer.Pipeline.Keys;
using Composer.Pipeline.Results;
using Composer.Search.Aggregation;
using Composer.Stages.Code;
using Composer.Stages.Hardware;
using Composer.Stages.Tokenize;
using Composer.Store;
using Composer.Training.Engines;

namespace Composer.Stages.Aggregate;

/// <summary>
/// Makes one small order of a search's trials, in the coordinator itself; and, where the manifest says so, has it trained
/// with fresh seeds beside the best members of the cluster that it was made of, before it is believed.
/// </summary>
public sealed class AggregateStage : JobKind<AggregateInputs>
{
    private const string Ways = "aggregation";
    private const string Confirmation = "confirmation";

    public static AggregateStage Kind { get; } = new();

    public override string Name => KindNames.Aggregate;

    /// <summary>In a few words.</summary>
    public static string Describe(AggregateSettings settings) => settings.Method switch
    {
        AggregationMethod.BestCandidate => "the best candidate",
        AggregationMethod.PosteriorMinimum => "the least expected score",
        AggregationMethod.Percentile => string.Create(CultureInfo.InvariantCulture, $"the candidate at percentile {settings.Percentile}"),
        AggregationMethod.ConditionOnAll => string.Create(CultureInfo.InvariantCulture, $"N_(i-1), best of {settings.Clusters} clusters"),
        _ => string.Create(CultureInfo.InvariantCulture, $"N_{settings.Condition}, best of {settings.Clusters} clusters"),
    } + (settings.Confirms ? ", confirmed" : "");

    /// <summary>What confirms it, in a few words.</summary>
    public static string DescribeFreshRuns(AggregateSettings settings) => string.Create(
        CultureInfo.InvariantCulture, $"≤ {settings.MostConfirmed} orders, {CountText.Of(settings.ConfirmRuns, "fresh run")}");

    public override IEnumerable<Digest> KeysBehind(StageResult result) =>
        result.Read<AggregateOutput>(AggregateOutput.Name).Evaluations;

    /// <summary>How many of the fresh runs' evaluations are in the store; null before it is known which orders they are of.</summary>
    public (int Present, int All)? CountEvaluations(StageStore store, StageResult? result)
    {
        var keys = result is null ? [] : KeysBehind(result).ToArray();
        return keys.Length == 0 ? null : (keys.Count(store.Contains), keys.Length);
    }

    public override string Summarize(StageResult result)
    {
        var output = result.Read<AggregateOutput>(AggregateOutput.Name);
        return output.Confirmation is { } confirmation
            ? $"{output.Notation}   {ConfirmationText.Of(confirmation, output.Clusters, output.Positions.Count > 0)}"
            : output.Notation;
    }

    protected override JobCode CodeOf(AggregateInputs inputs) => CodeDigest.Of(
        KindNames.Aggregate,
        new CodeUse(Ways, WaysOf(inputs)),
        CodeUse.Tasks(inputs.Confirmation?.Evaluate.Tasks ?? []),
        CodeUse.Primitives(inputs.Primitives.Select(p => p[0])),
        CodeUse.Engine(inputs.Confirmation is null ? null : EngineRegistry.Cpu),
        CorpusContent.CodeOf(inputs.Confirmation?.Input?.Text));

    protected override string? HardwareOf(AggregateInputs inputs, StageNeeds needs, StageStore store) =>
        inputs.Confirmation is null ? null : HardwarePolicy.Cpu(needs);

    protected override Task<JobOutcome> ComputeAsync(AggregateInputs inputs, JobTools tools, CancellationToken cancellation) =>
        AggregateComputation.ComputeAsync(inputs, tools, cancellation);

    private static IEnumerable<string> WaysOf(AggregateInputs inputs)
    {
        if (inputs.Confirmation is not null)
        {
            yield return Confirmation;
        }
    }
}
