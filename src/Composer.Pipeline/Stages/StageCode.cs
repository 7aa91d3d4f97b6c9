using System.Reflection;
using Composer.Architecture;
using Composer.Core;
using Composer.Mad.Tasks;
using Composer.Pipeline.Keys;
using Composer.Search;
using Composer.Store;
using Composer.Training.Models;
using Part = (System.Reflection.Assembly Assembly, string[] Paths);

namespace Composer.Pipeline.Stages;

/// <summary>
/// Which source code computes each kind of stage. Wide enough to be honest, narrow enough that a change to
/// the report, the store or the scheduler reruns nothing.
/// </summary>
internal static class StageCode
{
    /// <summary>The evaluations on text, whose code is apart from that of the MAD tasks.</summary>
    public const string TextEvaluation = "evaluate (text)";

    /// <summary>The aggregation by a surrogate, whose code is apart from that of the votes.</summary>
    public const string PosteriorAggregation = "aggregate (posterior)";

    /// <summary>What has an aggregation's order trained and compared; in its key beside its own code where it does.</summary>
    public const string Confirmation = "aggregate (confirmation)";

    private static readonly Assembly Core = typeof(Rng).Assembly;
    private static readonly Assembly Architectures = typeof(LayerSequence).Assembly;
    private static readonly Assembly Training = typeof(ModelConfiguration).Assembly;
    private static readonly Assembly Mad = typeof(MadTask).Assembly;
    private static readonly Assembly Searches = typeof(Study).Assembly;
    private static readonly Assembly Language = typeof(Composer.Language.Tokenizers.ITokenizer).Assembly;
    private static readonly Assembly Pipeline = typeof(StageCode).Assembly;

    /// <summary>A primitive's folder lies in Composer.Training; its description is compiled into Composer.Architecture.</summary>
    private static readonly string[] Primitives = ["Primitives", "../Composer.Training/Primitives"];

    private static readonly Part[] Engine =
    [
        (Core, ["Rng.cs", "Seed.cs"]),
        (Architectures, ["", .. Primitives]),
        (Training, ["Kernels", "Layers", "Models", "Optimization", "Parameters", "Primitives", "Threading"]),
    ];

    /// <summary>By kind of stage.</summary>
    public static IReadOnlyDictionary<string, Part[]> Parts { get; } = new Dictionary<string, Part[]>
    {
        [StageKind.Evaluate] = [.. Engine, (Mad, ["Evaluation", "Samples", "Tasks"]), (Pipeline, ["Jobs/EvaluateExecution.cs"])],
        [TextEvaluation] =
        [
            .. Engine,
            (Mad, ["Evaluation/EpochRecord.cs", "Evaluation/EvaluationJson.cs", "Evaluation/EvaluationResult.cs", "Evaluation/TestMetrics.cs"]),
            (Language, ["Corpora", "Evaluation/Text", "Pretraining/ValidationLoss.cs", "Tokenizers"]),
            (Pipeline, ["Jobs/EvaluateExecution.cs", "Jobs/TextExecution.cs"]),
        ],
        [StageKind.Search] =
        [
            (Core, ["Rng.cs", "Seed.cs"]),
            (Architectures, ["", "Aggregation", "Costs", .. Primitives]),
            (Searches, ["", "Acquisition", "Aggregation", "Confirmation/FreshRuns.cs", "Constraints", "Stopping", "Strategies", "Surrogates"]),
            (Mad, ["Scoring"]),
            (Pipeline,
            [
                "Stages/AggregatePlan.cs", "Stages/Search/CandidateEvaluator.cs", "Stages/Search/CandidateResult.cs", "Stages/Search/CandidateScoring.cs",
                "Stages/Search/EvaluationFields.cs", "Stages/Search/EvaluationPlan.cs", "Stages/Search/EvaluationRequests.cs", "Stages/Search/FreshScores.cs",
                "Stages/Search/SearchOutput.cs", "Stages/Search/SearchPlan.cs", "Stages/Search/SearchStage.cs",
                "Stages/Search/StoppingPlan.cs", "Stages/Search/TextTask.cs",
            ]),
        ],
        [StageKind.Aggregate] =
        [
            (Architectures, ["", "Aggregation", "Notation", .. Primitives]),
            (Pipeline, ["Stages/AggregateOutput.cs", "Stages/AggregatePlan.cs", "Stages/AggregateStage.cs", "Stages/Search/SearchTrials.cs"]),
        ],
        [PosteriorAggregation] =
        [
            (Core, ["Rng.cs", "Seed.cs"]),
            (Architectures, ["", "Aggregation", "Costs", "Notation", .. Primitives]),
            (Searches, ["", "Acquisition", "Aggregation", "Constraints", "Strategies", "Surrogates"]),
            (Pipeline, ["Stages/AggregateOutput.cs", "Stages/AggregatePlan.cs", "Stages/AggregateStage.cs", "Stages/Search/SearchPlan.cs", "Stages/Search/SearchTrials.cs"]),
        ],
        [Confirmation] =
        [
            (Core, ["Rng.cs", "Seed.cs"]),
            (Architectures, ["", .. Primitives]),
            (Searches, ["Confirmation"]),
            (Mad, ["Scoring"]),
            (Pipeline,
            [
                "Stages/Search/CandidateEvaluator.cs", "Stages/Search/EvaluationFields.cs", "Stages/Search/EvaluationPlan.cs",
                "Stages/Search/EvaluationRequests.cs", "Stages/Search/FreshScores.cs", "Stages/Search/TextTask.cs",
            ]),
        ],
        [StageKind.Extrapolate] =
        [
            (Architectures, ["", "Costs", "Extrapolation", "Notation", "Presets", .. Primitives]),
            (Pipeline, ["Stages/ArchitectureOutput.cs", "Stages/ExtrapolateStage.cs", "Stages/TargetModel.cs"]),
        ],
        [StageKind.Pretrain] =
        [
            .. Engine,
            (Architectures, ["Costs"]),
            (Training, ["Checkpoints"]),
            (Language, ["Corpora", "Pretraining", "Tokenizers"]),
            (Pipeline, ["Jobs/PretrainExecution.cs", "Stages/PretrainOutput.cs", "Stages/PretrainRequest.cs", "Stages/TrunkCheckpoints.cs"]),
        ],

        [StageKind.Report] =
        [
            (Searches, ["", "Acquisition", "Analysis", "Constraints", "Surrogates"]),
            (Pipeline, ["Reports", "Stages/ModelBranch.cs", "Stages/ReportStage.cs", "Stages/Search/SearchAnalysis.cs", "Stages/Search/SearchTrials.cs"]),
        ],

        // With what times decoding: it is beside the outputs, and the report reads it.
        [StageKind.LmEval] =
        [
            .. Engine,
            (Architectures, ["Notation"]),
            (Training, ["Checkpoints"]),
            (Language, ["", "Corpora/Stories", "Evaluation/Harness", "Evaluation/Stories", "Inference", "Tokenizers", .. LanguageEvaluation]),
            (Pipeline, ["Jobs/DecodingEfficiency.cs", "Jobs/LmEvalExecution.cs", "Stages/LmEvalOutput.cs"]),
        ],
    };

    /// <summary>What the report is rendered of; how, is the renderer's.</summary>
    public static Digest Report { get; } = Of(StageKind.Report);

    public static Digest Evaluate { get; } = Of(StageKind.Evaluate);

    public static Digest EvaluateText { get; } = Of(TextEvaluation);

    public static Digest Search { get; } = Of(StageKind.Search);

    public static Digest Aggregate { get; } = Of(StageKind.Aggregate);

    public static Digest Confirm { get; } = Of(Confirmation);

    public static Digest AggregatePosterior { get; } = Of(PosteriorAggregation);

    public static Digest Extrapolate { get; } = Of(StageKind.Extrapolate);

    public static Digest Pretrain { get; } = Of(StageKind.Pretrain);

    public static Digest LmEval { get; } = Of(StageKind.LmEval);

    private static string[] LanguageEvaluation =>
    [
        "Evaluation/ChoiceQuestion.cs", "Evaluation/ContinuationScorer.cs", "Evaluation/EvaluationSettings.cs", "Evaluation/EvaluationTask.cs",
        "Evaluation/EvaluationTasks.cs", "Evaluation/HarnessReport.cs", "Evaluation/LanguageModelEvaluator.cs", "Evaluation/TaskResult.cs",
    ];

    /// <summary>Adds what engine computes, and where bits are the same; with the code of an engine that lies in none of <see cref="Parts"/>.</summary>
    public static Preimage.Builder AddEngine(this Preimage.Builder key, string engine, int gpus, string kind, StageStore store) => engine == "cpu"
        ? key.Add("hardware", HardwarePolicy.Cpu)
        : key.Add("hardware", HardwarePolicy.Torch(gpus, kind, store)).Add("code.engine", CodeDigest.Of(EngineSources.Engine, []));

    private static Digest Of(string kind) => CodeDigest.Of(Parts[kind]);
}
