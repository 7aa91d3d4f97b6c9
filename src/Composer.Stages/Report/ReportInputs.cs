using Composer.Core;
using Composer.Core.Settings;
using Composer.Stages.Aggregate;
using Composer.Stages.Extrapolate;
using Composer.Training.Checkpoints.Llama;

namespace Composer.Stages.Report;

/// <summary>All that a report shows.</summary>
public sealed record ReportInputs
{
    public required string Experiment { get; init; }

    public required string Description { get; init; }

    public string? Profile { get; init; }

    public required Seed Seed { get; init; }

    /// <summary>Version of composer.</summary>
    public required string Version { get; init; }

    /// <summary>Every setting of the manifest that can change a result, by its path.</summary>
    public required ValueMap<string> Manifest { get; init; }

    /// <summary>The paths of those that are not at their default.</summary>
    public required ValueList<string> Set { get; init; }

    /// <summary>The points of the sweep.</summary>
    public required ValueList<ReportedPoint> Points { get; init; }

    /// <summary>The stages' results, by name.</summary>
    public required ValueMap<ReportedStage> Input { get; init; }

    /// <summary>Why stages have no result, by name.</summary>
    public required ValueMap<string> Unfinished { get; init; }
}

/// <summary>A stage's result.</summary>
/// <param name="Place">Of the stage among all.</param>
/// <param name="Key">Its key.</param>
/// <param name="Output">Of all its outputs.</param>
/// <param name="Beside">Times and speeds are shown, so what lies beside the outputs counts here and nowhere else.</param>
/// <param name="After">The stages that it waited for.</param>
public sealed record ReportedStage(int Place, Digest Key, Digest Output, ValueMap<Digest> Beside, ValueList<string> After);

/// <summary>A point of the sweep.</summary>
/// <param name="Label">All its values in one text; empty without a sweep.</param>
/// <param name="Axes">The settings that the sweep varies, with this point's values.</param>
/// <param name="Branches">Its models.</param>
public sealed record ReportedPoint(string Label, ValueList<SweptValue> Axes, ValueList<ReportedBranch> Branches);

/// <summary>A value of a setting that a sweep varies.</summary>
/// <param name="Path">The setting, such as <c>extrapolate.size</c>.</param>
/// <param name="Value">As the manifest says it.</param>
public sealed record SweptValue(string Path, string Value);

/// <summary>The stages that end in one row of the final table.</summary>
/// <param name="Name"><c>composite</c>, a variant's or a baseline's name.</param>
/// <param name="Pretrain">The stage's name, as are the others.</param>
/// <param name="LmEval">The stage that scored it.</param>
/// <param name="Efficiency">The stage that timed its decoding.</param>
public sealed record ReportedBranch(string Name, string Pretrain, string LmEval, string Efficiency)
{
    /// <summary>Null for a baseline.</summary>
    public ReportedSearch? Search { get; init; }

    /// <summary>Its further trainings, where <c>pretrain.repetitions</c> asks for them; the first is not among them.</summary>
    public ValueList<ReportedRun> Repetitions { get; init; } = [];

    /// <summary>All its trainings; one of what was brought in.</summary>
    internal IEnumerable<ReportedRun> Runs => [new ReportedRun(0, Pretrain, LmEval), .. Repetitions];

    /// <summary>Whether it was brought in, not trained: <see cref="Pretrain"/> names the stage that brought it.</summary>
    internal bool IsImported => Search is null && Baseline is null;

    /// <summary>A baseline's architecture; null for what a search found, and for what was brought in.</summary>
    public ArchitectureOutput? Baseline { get; init; }

    /// <summary>The primitives that its orders may have.</summary>
    internal IEnumerable<char> Symbols => IsImported
        ? [LlamaHalf.First.Symbol, LlamaHalf.Second.Symbol]
        : (Baseline?.Architecture.AsEnumerable() ?? []).Concat(Search?.Space.Primitives.Select(p => p[0]) ?? []);

    /// <summary>
    /// Whether there is what a row of the final table needs at least, one training; scores and times are shown where they are there.
    /// </summary>
    /// <param name="isThere">Whether a stage has a result.</param>
    internal bool IsShown(Func<string, bool> isThere) =>
        (Search is null || isThere(Search.Extrapolate)) && Runs.Any(run => isThere(run.Pretrain));
}

/// <summary>The stages of one training of a model.</summary>
/// <param name="Repetition">From 0; trainings of one number share the seed of their data order and initial parameters.</param>
/// <param name="Pretrain">The stage's name, as is the other.</param>
/// <param name="LmEval">The stage that scored it.</param>
public sealed record ReportedRun(int Repetition, string Pretrain, string LmEval);

/// <summary>What led to a found model.</summary>
/// <param name="Search">The stage's name, as are the next two.</param>
/// <param name="Aggregate">The stage that made the small order.</param>
/// <param name="Extrapolate">The stage that made the large one.</param>
/// <param name="Space">Where was searched.</param>
/// <param name="Seed">The experiment's at this point.</param>
public sealed record ReportedSearch(string Search, string Aggregate, string Extrapolate, SearchedSpace Space, Seed Seed);
