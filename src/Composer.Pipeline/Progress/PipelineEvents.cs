using System.Text.Json.Serialization;
using Composer.Core;

namespace Composer.Pipeline.Progress;

/// <summary>Something that happened in a run, for people and machines to follow.</summary>
public abstract record PipelineEvent(DateTimeOffset At);

/// <summary>A run begins.</summary>
/// <param name="Limits">How often and how long stages are tried, in words; null when nothing is limited.</param>
public sealed record RunStarted(
    DateTimeOffset At, string Run, string Experiment, string? Profile, int Stages, string? Limits = null) : PipelineEvent(At);

/// <summary>A stage begins to compute.</summary>
public sealed record StageStarted(DateTimeOffset At, string Stage, string Kind, Digest Key, IReadOnlyList<string> Reasons)
    : PipelineEvent(At);

/// <summary>A stage failed and is tried again.</summary>
/// <param name="Tried">How often it has been tried.</param>
/// <param name="Retries">How often it may be tried again in all.</param>
/// <param name="Failure">Why it failed.</param>
public sealed record StageRetried(DateTimeOffset At, string Stage, int Tried, int Retries, string Failure) : PipelineEvent(At);

/// <summary>Something became of a stage's job that its user should know: it was lost with its node and is submitted again.</summary>
/// <param name="Notice">In a sentence.</param>
public sealed record StageNoticed(DateTimeOffset At, string Stage, string Notice) : PipelineEvent(At);

/// <summary>A stage waits: another coordinator on the same store computes it.</summary>
public sealed record StageWaiting(DateTimeOffset At, string Stage, string Holder) : PipelineEvent(At);

/// <summary>How far a stage has come.</summary>
public sealed record StageProgressed(DateTimeOffset At, string Stage, StageProgress Progress) : PipelineEvent(At);

/// <summary>A stage has ended.</summary>
/// <param name="Status">hit, ran, failed, cancelled or skipped.</param>
/// <param name="Summary">The result in a few words, or why it failed.</param>
public sealed record StageFinished(
    DateTimeOffset At, string Stage, string Kind, string Status, Digest? Key, double Seconds, string Summary) : PipelineEvent(At)
{
    /// <summary>The stack of an exception that is a bug; for the log.</summary>
    public string? Trace { get; init; }
}

/// <summary>A run has ended.</summary>
public sealed record RunFinished(
    DateTimeOffset At,
    string Run,
    int Ran,
    int Hits,
    int Failed,
    int EvaluationsRan,
    int EvaluationHits,
    string? Report,
    int ExitCode,
    double Seconds)
    : PipelineEvent(At)
{
    /// <summary>The stages that failed, by name, in the graph's order.</summary>
    public IReadOnlyList<string> FailedStages { get; init; } = [];

    /// <summary>The stages that were not tried, since what they read has no result.</summary>
    public IReadOnlyList<string> SkippedStages { get; init; } = [];

    /// <summary>What came of it, for people: lines of a table; scripts read the stages' outputs.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Results { get; init; } = [];
}

/// <summary>How far a stage has come.</summary>
/// <param name="Fraction">In [0, 1], null when unknown.</param>
/// <param name="Detail">In a few words: trials done and the best so far, or step, loss and tokens/s.</param>
public sealed record StageProgress(double? Fraction, string Detail)
{
    /// <summary>Numbers for machines, by name.</summary>
    public IReadOnlyDictionary<string, double>? Measures { get; init; }
}

/// <summary>Follows a run. Called from several threads, one call at a time.</summary>
public interface IRunObserver
{
    void On(PipelineEvent happened);
}
