using Composer.Language.Pretraining;
using Composer.Pipeline.Jobs;
using Composer.Pipeline.Keys;
using Composer.Pipeline.Results;
using Composer.Store;
using Composer.Store.Records;

namespace Composer.Stages.Pretrain;

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

    /// <summary>Fields of a pre-training's key that say nothing but how long it is and how it ends.</summary>
    private static readonly string[] Length =
    [
        "pretrain.tokens", "pretrain.flops", "pretrain.flop_count", "pretrain.decay", "pretrain.validations",
    ];

    /// <summary>The fields that give a budget.</summary>
    public static IReadOnlyList<string> Budget { get; } = ["pretrain.tokens", "pretrain.flops"];

    /// <summary>Why a pre-training with another budget starts anew; null when its trunk can be shared.</summary>
    public static string? WhyNotShared(PretrainSettings settings) =>
        settings.Schedule != PretrainSchedule.Trapezoidal ? "starts anew: cosine's rate depends on the whole length"
        : settings.WarmupSteps is null ? "starts anew: its warm-up is a share of the whole length; one of 'pretrain.warmup_steps' is not"
        : null;

    /// <summary>The key of the checkpoint at the end of a pre-training's trunk.</summary>
    public static Preimage At(IReadOnlyList<PreimageField> run, TrunkOutput end) =>
        Trunk(run).With("step", end.Step).With("validation_every", end.ValidationEvery);

    /// <summary>The label under which the checkpoints of a pre-training's trunk are found.</summary>
    public static string LabelOf(IReadOnlyList<PreimageField> run) => $"{Kind}/{Trunk(run).Key}";

    /// <summary>The checkpoints of a pre-training's trunk, latest first.</summary>
    public static IReadOnlyList<(StageRecord Record, TrunkFacts Facts)> Find(StageStore store, IReadOnlyList<PreimageField> run) =>
    [
        .. store.NewestOfLabel(Kind, LabelOf(run), int.MaxValue)
            .Where(store.IsUsable)
            .Select(r => (Record: r, Facts: new StageResult(r, store).Read<TrunkFacts>(TrunkFacts.Name)))
            .OrderByDescending(t => t.Facts.Step)
            .ThenBy(t => t.Record.Key),
    ];

    /// <summary>A checkpoint that a finished pre-training left, to be published with it.</summary>
    public static JobByproduct Byproduct(Preimage run, TrunkOutput end, int vocabulary, string path) => new(
        At(run.Fields, end),
        Kind,
        LabelOf(run.Fields),
        JobOutcome.Done().WithFile(Checkpoint, path).With(TrunkFacts.Name, new TrunkFacts(end.Step, vocabulary)));

    private static Preimage Trunk(IReadOnlyList<PreimageField> run) =>
        Preimage.Of(Kind, run.Where(f => f.Path != Preimage.Kind && !Length.Contains(f.Path)));
}

/// <summary>What a trunk's checkpoint is, beside it; <c>trunk.json</c>.</summary>
/// <param name="Step">Updates done.</param>
/// <param name="Vocabulary">The prepared corpus's.</param>
internal sealed record TrunkFacts(long Step, int Vocabulary)
{
    public const string Name = "trunk.json";
}
