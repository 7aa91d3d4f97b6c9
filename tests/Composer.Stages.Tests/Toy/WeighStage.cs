using Composer.Core;
using Composer.Core.Text;
using Composer.Pipeline.Jobs;
using Composer.Pipeline.Keys;
using Composer.Pipeline.Results;

namespace Composer.Stages.Tests.Toy;

/// <summary>A toy: how many bytes a large model takes, on an agent. It has all that a stage may have.</summary>
internal sealed class WeighStage : JobKind<WeighInputs>
{
    public static WeighStage Kind { get; } = new();

    public override string Name => "weigh";

    public override bool RunsOnAgent => true;

    public override string Summarize(StageResult result) => BytesText.Of(result.Read<WeighOutput>(WeighOutput.Name).Bytes);

    public override IReadOnlyDictionary<string, double> MetricsOf(StageResult result) =>
        new Dictionary<string, double> { ["bytes"] = result.Read<WeighOutput>(WeighOutput.Name).Bytes };

    /// <summary>A product's stage asks <see cref="Composer.Stages.Code.CodeDigest"/> instead, which has no test's code.</summary>
    protected override JobCode CodeOf(WeighInputs inputs) => new(Digest.Of("weigh 1"));

    protected override Task<JobOutcome> ComputeAsync(WeighInputs inputs, JobTools tools, CancellationToken cancellation) =>
        WeighComputation.ComputeAsync(inputs, tools);
}
