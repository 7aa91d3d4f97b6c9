using System.Globalization;
using Composer.Core.Text;
using Composer.Language.Evaluation;
using Composer.Pipeline.Jobs;
using Composer.Pipeline.Keys;
using Composer.Pipeline.Results;
using Composer.Stages.Code;
using Composer.Stages.Hardware;
using Composer.Store;

namespace Composer.Stages.Efficiency;

/// <summary>Times the decoding of one model; its scores are another stage's.</summary>
public sealed class EfficiencyStage : JobKind<EfficiencyInputs>
{
    public static EfficiencyStage Kind { get; } = new();

    public override string Name => KindNames.Efficiency;

    public override bool RunsOnAgent => true;

    /// <summary>In a few words.</summary>
    public static string Describe(LmEvalSettings settings) => settings.Lengths.Count == 1
        ? string.Create(CultureInfo.InvariantCulture, $"decoding at {settings.Lengths[0]:N0} tokens")
        : $"decoding at {CountText.Of(settings.Lengths.Count, "length")}";

    public override string Summarize(StageResult result) =>
        result.ReadBeside<EfficiencyTimings>(EfficiencyTimings.Name)?.Points.MaxBy(p => p.Length) is { } longest
            ? string.Create(
                CultureInfo.InvariantCulture, $"{longest.DecodeTokensPerSecond:N0} tokens/s at {longest.Length:N0} tokens")
            : "";

    public override int? ThreadsOf(StageResult result) => result.ReadBeside<EfficiencyTimings>(EfficiencyTimings.Name)?.Threads;

    protected override JobCode CodeOf(EfficiencyInputs inputs) => CodeDigest.Of(
        KindNames.Efficiency, CodeUse.Primitives(inputs.Input.Architecture), CodeUse.Engine(inputs.Engine));

    protected override string? HardwareOf(EfficiencyInputs inputs, StageNeeds needs, StageStore store) =>
        HardwarePolicy.Of(inputs.Engine, needs.Gpus, Name, store);

    protected override Task<JobOutcome> ComputeAsync(EfficiencyInputs inputs, JobTools tools, CancellationToken cancellation) =>
        EfficiencyComputation.ComputeAsync(inputs, tools, cancellation);
}
