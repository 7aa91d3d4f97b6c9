using System.Globalization;
using Composer.Core;
using Composer.Pipeline.Keys;
using Composer.Store;
using Composer.Store.Records;

namespace Composer.Pipeline.Stages;

/// <summary>
/// The checkpoints at the ends of trunks: records of a kind of their own, keyed by everything that a
/// pre-training's key covers but its length, and by the step.
/// </summary>
/// <remarks>
/// There are none of a cosine, whose every rate depends on the whole length, nor of a trapezoid whose warm-up is a
/// share of it. A run reaches the record of its own trunk's end, so gc keeps that for as long as the run.
/// </remarks>
internal static class TrunkCheckpoints
{
    /// <summary>The kind of the records; persisted.</summary>
    public const string Kind = "trunk";

    /// <summary>The output that holds the model, its moments and the state of the training.</summary>
    public const string Checkpoint = "checkpoint.safetensors";

    private const string Schedule = "pretrain.schedule";
    private const string WarmupSteps = "pretrain.warmup_steps";

    /// <summary>Fields of a pre-training's key that say nothing but how long it is and how it ends.</summary>
    private static readonly string[] Length =
    [
        "pretrain.tokens", "pretrain.flops", "pretrain.flop_count", "pretrain.decay", "pretrain.validations",
    ];

    /// <summary>The fields that give a budget.</summary>
    public static IReadOnlyList<string> Budget { get; } = ["pretrain.tokens", "pretrain.flops"];

    /// <summary>The trunk that a pre-training is a part of; null when its trunk is of its own length alone.</summary>
    /// <param name="run">The fields of the pre-training's key.</param>
    public static Digest? TrunkOf(IReadOnlyList<PreimageField> run) => IsShared(run) ? Fields(run).Build().Key : null;

    /// <summary>The key of the checkpoint at the end of a pre-training's trunk.</summary>
    public static Preimage At(IReadOnlyList<PreimageField> run, TrunkOutput end) => Fields(run)
        .Add("step", end.Step)
        .Add("validation_every", end.ValidationEvery)
        .Build();

    /// <summary>The label under which a trunk's checkpoints are found.</summary>
    public static string LabelOf(Digest trunk) => $"{Kind}/{trunk}";

    /// <summary>The checkpoints of a trunk, latest first.</summary>
    public static IReadOnlyList<(StageRecord Record, TrunkFacts Facts)> Find(StageStore store, Digest trunk) =>
    [
        .. store.NewestOfLabel(Kind, LabelOf(trunk), int.MaxValue)
            .Where(r => store.MissingBlobs(r).Count == 0)
            .Select(r => (Record: r, Facts: new StageResult(r, store).Read<TrunkFacts>(TrunkFacts.Name)))
            .OrderByDescending(t => t.Facts.Step)
            .ThenBy(t => t.Record.Key),
    ];

    /// <summary>Why a pre-training with another budget starts anew; null when its trunk can be shared.</summary>
    public static string? WhyNotShared(IReadOnlyList<PreimageField> run) =>
        Value(run, Schedule) != "trapezoidal"
            ? string.Create(CultureInfo.InvariantCulture, $"starts anew: {Value(run, Schedule)}'s rate depends on the whole length")
            : Value(run, WarmupSteps) is null
                ? "starts anew: its warm-up is a share of the whole length; one of 'pretrain.warmup_steps' is not"
                : null;

    private static bool IsShared(IReadOnlyList<PreimageField> run) => WhyNotShared(run) is null;

    private static string? Value(IReadOnlyList<PreimageField> run, string path) =>
        run.Where(f => f.Path == path).Select(f => f.Value).FirstOrDefault();

    private static Preimage.Builder Fields(IReadOnlyList<PreimageField> run)
    {
        var key = Preimage.Of(Kind);
        foreach (var field in run.Where(f => f.Path != "stage" && !Length.Contains(f.Path)))
        {
            key.Add(field.Path, field.Type, field.Value);
        }

        return key;
    }
}

/// <summary>What a trunk's checkpoint is, beside it; <c>trunk.json</c>.</summary>
/// <param name="Step">Updates done.</param>
/// <param name="Vocabulary">The prepared corpus's.</param>
internal sealed record TrunkFacts(long Step, int Vocabulary)
{
    public const string Name = "trunk.json";
}
