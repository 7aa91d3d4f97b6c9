using Composer.Pipeline.Estimates;
using Composer.Pipeline.Jobs;
using Composer.Pipeline.Keys;
using Composer.Stages.Code;
using Composer.Stages.Hardware;
using Composer.Stages.Tokenize;
using Composer.Store;
using Composer.Training.Engines;

namespace Composer.Stages.Evaluate;

/// <summary>Trains one small candidate on one task with one setting: the unit of work and of caching, asked for by a search.</summary>
public sealed class EvaluateStage : JobKind<EvaluateInputs>
{
    /// <summary>The output.</summary>
    public const string OutputName = "evaluation.json";

    public static EvaluateStage Kind { get; } = new();

    public override string Name => KindNames.Evaluate;

    public override bool RunsOnAgent => true;

    public override string? AskedForBy => KindNames.Search;

    protected override Work? WorkOf(EvaluateInputs inputs) => TrainingWork.Of(inputs);

    protected override JobCode CodeOf(EvaluateInputs inputs) => CodeDigest.Of(
        KindNames.Evaluate,
        CodeUse.Tasks(inputs.Mad?.Task ?? CandidateTrainings.Text),
        CodeUse.Primitives(inputs.Candidate),
        CodeUse.Engine(EngineRegistry.Cpu),
        CorpusContent.CodeOf(inputs.Text?.Corpus));

    protected override string? HardwareOf(EvaluateInputs inputs, StageNeeds needs, StageStore store) => HardwarePolicy.Cpu(needs);

    protected override Task<JobOutcome> ComputeAsync(EvaluateInputs inputs, JobTools tools, CancellationToken cancellation) =>
        EvaluateComputation.ComputeAsync(inputs, tools, cancellation);
}
