using Composer.Core;
using Composer.Core.Code;
using Composer.Manifests.Model;
using Composer.Pipeline.Keys;
using Composer.Pipeline.Stages.Search;
using Composer.Store;

namespace Composer.Pipeline.Stages;

/// <summary>Which parts of the code the stages use whose keys name more than an engine and primitives.</summary>
[CodeBoundary]
internal static class StageCode
{
    private const string Evaluation = "evaluation";
    private const string Cpu = "cpu";

    /// <summary>Of a training on synthetic tasks.</summary>
    public static Digest Evaluate(IEnumerable<string> tasks, IEnumerable<char> primitives) => CodeDigest.Of(
        StageKind.Evaluate, new CodeUse(Evaluation, "mad"), CodeUse.Tasks(tasks), CodeUse.Primitives(primitives), CodeUse.Engine(Cpu));

    /// <summary>Of a training on text.</summary>
    public static Digest EvaluateText(IEnumerable<char> primitives) => CodeDigest.Of(
        StageKind.Evaluate, new CodeUse(Evaluation, "text"), CodeUse.Tasks(), CodeUse.Primitives(primitives), CodeUse.Engine(Cpu));

    /// <summary>Of a search, without the trainings that it asks for.</summary>
    public static Digest Search(ExperimentManifest manifest) => CodeDigest.Of(StageKind.Search, Uses(manifest));

    /// <summary>Of an aggregation, by votes or by a surrogate, and of its confirmation where there is one.</summary>
    public static Digest Aggregate(ExperimentManifest manifest, bool byPosterior, bool confirms) => CodeDigest.Of(
        StageKind.Aggregate,
        [.. Uses(manifest), new CodeUse("aggregation",
            [.. byPosterior ? ["posterior"] : (string[])[], .. confirms ? ["confirmation"] : (string[])[]])]);

    /// <summary>Adds where bits are the same.</summary>
    public static Preimage.Builder AddHardware(this Preimage.Builder key, string engine, int gpus, string kind, StageStore store) =>
        key.Add("hardware", engine == Cpu ? HardwarePolicy.Cpu : HardwarePolicy.Torch(gpus, kind, store));

    /// <summary>Trainings are other jobs, so no engine; the tasks and primitives that the manifest names.</summary>
    private static CodeUse[] Uses(ExperimentManifest manifest) =>
    [
        CodeUse.Tasks(manifest.Evaluate.Tasks.Where(t => t != EvaluationPlan.Text)),
        CodeUse.Primitives(manifest.Search.Primitives.Select(p => p[0])),
        new CodeUse("engine"),
    ];
}
