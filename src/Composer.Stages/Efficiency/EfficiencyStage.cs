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

/// <summary>Times the decoding and the training of an experiment's models in turns; their scores are other stages'.</summary>
public sealed class EfficiencyStage : JobKind<EfficiencyInputs>
{
    public static EfficiencyStage Kind { get; } = new();

    public override string Name => KindNames.Efficiency;

    public override bool RunsOnAgent => true;

    /// <summary>In a few words.</summary>
    /// <param name="settings">At which lengths.</param>
    /// <param name="models">How many.</param>
    /// <param name="step">Null where none is trained.</param>
    public static string Describe(LmEvalSettings settings, int models, TimedStep? step)
    {
        var lengths = settings.Lengths.Count == 1
            ? string.Create(CultureInfo.InvariantCulture, $"decoding at {settings.Lengths[0]:N0} tokens")
            : $"decoding at {CountText.Of(settings.Lengths.Count, "length")}";
        var steps = step is null ? "" : string.Create(CultureInfo.InvariantCulture, $", steps of {step.Tokens:N0}");
        return models == 1 ? lengths + steps : $"{CountText.Of(models, "model")}, {lengths}{steps}";
    }

    /// <summary>Speeds at the longest length, from the slowest model to the fastest.</summary>
    public override string Summarize(StageResult result)
    {
        double[] longest =
        [
            .. (result.ReadBeside<EfficiencyTimings>(EfficiencyTimings.Name)?.Models ?? [])
                .Select(m => m.Points.MaxBy(p => p.Length)!.DecodeTokensPerSecond).Order(),
        ];
        var length = result.ReadBeside<EfficiencyTimings>(EfficiencyTimings.Name)?.Models.FirstOrDefault()?.Points.Max(p => p.Length);
        return longest switch
        {
            [] => "",
            [var only] => string.Create(CultureInfo.InvariantCulture, $"{only:N0} tokens/s at {length:N0} tokens"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{longest[0]:N0} tokens/s to {longest[^1]:N0} tokens/s at {length:N0} tokens"),
        };
    }

    public override int? ThreadsOf(StageResult result) => result.ReadBeside<EfficiencyTimings>(EfficiencyTimings.Name)?.Threads;

    protected override JobCode CodeOf(EfficiencyInputs inputs) => CodeDigest.Of(
        KindNames.Efficiency, CodeUse.Primitives(inputs.Input.Models.SelectMany(m => m.Architecture)), CodeUse.Engine(inputs.Engine));

    protected override string? HardwareOf(EfficiencyInputs inputs, StageNeeds needs, StageStore store) =>
        HardwarePolicy.Of(inputs.Engine, needs, Name, store);

    protected override Task<JobOutcome> ComputeAsync(EfficiencyInputs inputs, JobTools tools, CancellationToken cancellation) =>
        EfficiencyComputation.ComputeAsync(inputs, tools, cancellation);
}
