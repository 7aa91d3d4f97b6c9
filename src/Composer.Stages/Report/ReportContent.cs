using Composer.Core;
using Composer.Pipeline.Results;
using Composer.Search.Analysis;
using Composer.Stages.Aggregate;
using Composer.Stages.Efficiency;
using Composer.Stages.Extrapolate;
using Composer.Stages.LmEval;
using Composer.Stages.Pretrain;
using Composer.Stages.Search;

namespace Composer.Stages.Report;

/// <summary>All that a report shows.</summary>
public sealed record ReportContent
{
    public required string Experiment { get; init; }

    public required string Description { get; init; }

    /// <summary>The profile, or null.</summary>
    public string? Profile { get; init; }

    public required ulong Seed { get; init; }

    /// <summary>One, without a label, unless the manifest has a sweep.</summary>
    public required IReadOnlyList<ReportPoint> Points { get; init; }

    /// <summary>Stages that have no result: what they would show is missing.</summary>
    public IReadOnlyList<UnfinishedStage> Unfinished { get; init; } = [];

    /// <summary>Where every number comes from: one entry a stage.</summary>
    public required IReadOnlyList<ReportProvenance> Provenance { get; init; }

    /// <summary>Every setting of the manifest, defaults too.</summary>
    public required IReadOnlyList<ReportSetting> Settings { get; init; }

    /// <summary>Version of composer.</summary>
    public required string Version { get; init; }
}

/// <summary>A stage without a result.</summary>
/// <param name="Stage">Its name.</param>
/// <param name="Why">Why it failed, or what it lacks.</param>
public sealed record UnfinishedStage(string Stage, string Why);

/// <summary>One point of a sweep.</summary>
public sealed record ReportPoint
{
    /// <summary>Such as <c>extrapolate.size = 1B</c>; empty without a sweep.</summary>
    public required string Label { get; init; }

    /// <summary>The settings that the sweep varies, with this point's values; none without a sweep.</summary>
    public IReadOnlyList<SweptValue> Axes { get; init; } = [];

    public required IReadOnlyList<ReportSearch> Searches { get; init; }

    public required IReadOnlyList<ReportModel> Models { get; init; }
}

/// <summary>One search with what was made of it.</summary>
public sealed record ReportSearch
{
    /// <summary>The model that it led to: <c>composite</c> or a variant's name.</summary>
    public required string Name { get; init; }

    public required SearchOutput Search { get; init; }

    /// <summary>What a surrogate fitted to the trials says of them; null where there are too few, or too many to fit.</summary>
    public StudyAnalysis? Analysis { get; init; }

    /// <summary>Null where it has no result.</summary>
    public AggregateOutput? Aggregate { get; init; }

    /// <summary>Null where the small order was not made or not scaled.</summary>
    public ArchitectureOutput? Architecture { get; init; }

    /// <summary>Stage names, for links into the provenance.</summary>
    public required string SearchStage { get; init; }

    public required string AggregateStage { get; init; }

    public required string ExtrapolateStage { get; init; }
}

/// <summary>A row of the final table.</summary>
public sealed record ReportModel
{
    public required string Name { get; init; }

    /// <summary>Whether it is a baseline.</summary>
    public required bool IsBaseline { get; init; }

    /// <summary>Whether it came trained: no loss, budget or curve is known of it.</summary>
    public bool IsImported { get; init; }

    public required ArchitectureOutput Architecture { get; init; }

    /// <summary>Of the first training that there is; of a model that came trained without a loss and curves.</summary>
    public required PretrainOutput Pretrain { get; init; }

    /// <summary>The number of the training that <see cref="Pretrain"/> and <see cref="LmEval"/> are of.</summary>
    public int Repetition { get; init; }

    /// <summary>Its further trainings, by number.</summary>
    public IReadOnlyList<ReportRun> Repetitions { get; init; } = [];

    /// <summary>All its trainings that there are, by number, at least one; trainings of one number of two models make a pair.</summary>
    public IReadOnlyList<ReportRun> Runs =>
    [
        new ReportRun(Repetition, Pretrain, PretrainStage) { Timings = Timings, LmEval = LmEval, LmEvalStage = LmEvalStage },
        .. Repetitions,
    ];

    public PretrainSpeed? Timings { get; init; }

    /// <summary>Null while it has not been scored.</summary>
    public LmEvalOutput? LmEval { get; init; }

    /// <summary>Its scores; none while it has not been scored.</summary>
    public IReadOnlyList<TaskAccuracy> Tasks => LmEval?.Tasks ?? [];

    /// <summary>Its decoding by length; null while it has not been timed.</summary>
    public ModelTimings? Efficiency { get; init; }

    /// <summary>Threads that it was timed with; 0 while it has not been.</summary>
    public int TimedThreads { get; init; }

    public required string PretrainStage { get; init; }

    public required string LmEvalStage { get; init; }

    public required string EfficiencyStage { get; init; }
}

/// <summary>One training of a model.</summary>
/// <param name="Repetition">From 0.</param>
/// <param name="Pretrain">What it was.</param>
/// <param name="PretrainStage">Its stage's name.</param>
public sealed record ReportRun(int Repetition, PretrainOutput Pretrain, string PretrainStage)
{
    public PretrainSpeed? Timings { get; init; }

    /// <summary>Null while it has not been scored.</summary>
    public LmEvalOutput? LmEval { get; init; }

    /// <summary>Its scores; none while it has not been scored.</summary>
    public IReadOnlyList<TaskAccuracy> Tasks => LmEval?.Tasks ?? [];

    public string LmEvalStage { get; init; } = "";
}

/// <summary>Where a stage's numbers come from.</summary>
/// <param name="Stage">The stage's name.</param>
/// <param name="Key">Its key: the digest of everything that it depends on.</param>
/// <param name="Output">The digest of its outputs.</param>
/// <param name="Created">When it was computed.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Machine">Where.</param>
/// <param name="Fields">What the key covers.</param>
public sealed record ReportProvenance(
    string Stage,
    string Kind,
    Digest Key,
    Digest Output,
    DateTimeOffset Created,
    double Seconds,
    string Machine,
    IReadOnlyList<ReportSetting> Fields)
{
    /// <summary>The stages that it waited for.</summary>
    public IReadOnlyList<string> After { get; init; } = [];

    /// <summary>Set where somebody took the output over from an earlier run of other code.</summary>
    public AcceptedOutput? Accepted { get; init; }

    /// <summary>Bad lines and rows that a tokenization left out; null where they are refused, and of other stages.</summary>
    public long? SkippedLines { get; init; }
}

/// <summary>A path with its value.</summary>
public sealed record ReportSetting(string Path, string Value, bool IsDefault = false);
