using Composer.Architecture;
using Composer.Core;
using Composer.Mad.Tasks;
using Composer.Pipeline.Keys;
using Composer.Search;
using Composer.Training.Models;

namespace Composer.Pipeline.Stages;

/// <summary>
/// Which source code computes each kind of stage. Wide enough to be honest, narrow enough that a change to
/// the report, the store or the scheduler reruns nothing.
/// </summary>
internal static class StageCode
{
    private static readonly System.Reflection.Assembly Core = typeof(Rng).Assembly;
    private static readonly System.Reflection.Assembly Architectures = typeof(LayerSequence).Assembly;
    private static readonly System.Reflection.Assembly Training = typeof(ModelConfiguration).Assembly;
    private static readonly System.Reflection.Assembly Mad = typeof(MadTask).Assembly;
    private static readonly System.Reflection.Assembly Searches = typeof(Study).Assembly;
    private static readonly System.Reflection.Assembly Language = typeof(Composer.Language.Tokenizers.ITokenizer).Assembly;

    private static readonly (System.Reflection.Assembly, string[])[] Engine =
    [
        (Core, [""]),
        (Architectures, ["", "Primitives"]),
        (Training, ["Kernels", "Layers", "Models", "Optimization", "Parameters", "Threading"]),
    ];

    public static Digest Evaluate { get; } = CodeDigest.Of([.. Engine, (Mad, ["Evaluation", "Samples", "Tasks"])]);

    public static Digest EvaluateText { get; } =
        CodeDigest.Of([.. Engine, (Language, ["Corpora", "Tokenizers", "Pretraining", "Evaluation"])]);

    public static Digest Search { get; } = CodeDigest.Of((Core, [""]), (Architectures, ["", "Aggregation"]), (Searches, ["", "Acquisition", "Analysis", "Constraints", "Strategies", "Surrogates"]), (Mad, ["Scoring"]));

    public static Digest Aggregate { get; } = CodeDigest.Of((Architectures, ["", "Aggregation"]));

    public static Digest Extrapolate { get; } =
        CodeDigest.Of((Architectures, ["", "Costs", "Extrapolation", "Notation", "Presets", "Primitives"]));

    public static Digest Pretrain { get; } =
        CodeDigest.Of([.. Engine, (Architectures, ["Costs"]), (Language, ["Corpora", "Tokenizers", "Pretraining"])]);

    public static Digest LmEval { get; } =
        CodeDigest.Of([.. Engine, (Language, ["Corpora", "Tokenizers", "Evaluation", "Inference"])]);
}
