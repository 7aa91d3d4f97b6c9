using System.Text.Json.Serialization;
using Composer.Architecture;
using Composer.Architecture.Widths;
using Composer.Core;
using Composer.Mad.Scoring;
using Composer.Search;

namespace Composer.Stages.Search;

/// <summary>The output <c>trials.json</c> of a search.</summary>
public sealed record SearchOutput
{
    /// <summary>The output's name.</summary>
    public const string Name = "trials.json";

    public required SearchStrategy Strategy { get; init; }

    /// <summary>Layers of a candidate, in the last phase.</summary>
    public required int Layers { get; init; }

    public required IReadOnlyList<string> Primitives { get; init; }

    /// <summary>What is compared.</summary>
    public required ScoreObjective Objective { get; init; }

    /// <summary>Which epoch counts.</summary>
    public required ScoreEpoch Score { get; init; }

    /// <summary>In the order in which they were proposed.</summary>
    public required IReadOnlyList<TrialOutput> Trials { get; init; }

    /// <summary>Numbers of the trials that the architecture is aggregated from.</summary>
    public required IReadOnlyList<int> Result { get; init; }

    /// <summary>What the search improves.</summary>
    public IReadOnlyList<SearchObjective> Objectives { get; init; } = [SearchObjective.Score];

    /// <summary>Tokens of a sequence, at which cache and FLOPs are counted; 0 where an earlier version has not said it.</summary>
    public int Length { get; init; }

    /// <summary>What one layer of each primitive costs at that length.</summary>
    public IReadOnlyList<LayerCost> LayerCosts { get; init; } = [];
}

/// <summary>One candidate of a search.</summary>
public sealed record TrialOutput
{
    public required int Number { get; init; }

    public required LayerSequence Layers { get; init; }

    /// <summary>Lower is better, the mean of the runs; null when every attempt failed, or it was stopped.</summary>
    public required double? Score { get; init; }

    /// <summary>Runs that the score is the mean of.</summary>
    public int Runs { get; init; } = 1;

    /// <summary>Sample variance of the runs' scores; of a stopped trial that of the prediction.</summary>
    public double Variance { get; init; }

    /// <summary>Why it was stopped; null when it was not.</summary>
    public StopReason? Stopped { get; init; }

    /// <summary>What the score of a stopped trial would probably have been; no result, only what the search learnt from.</summary>
    public double? Predicted { get; init; }

    /// <summary>Bytes of KV cache per token, in bf16.</summary>
    public double KvCache { get; init; }

    /// <summary>Training FLOPs per token, forward and backward, no embedding; 0 where an earlier version has not counted.</summary>
    public double Flops { get; init; }

    /// <summary>Why it failed, or null.</summary>
    public string? Failure { get; init; }

    public required IReadOnlyList<TaskOutput> Tasks { get; init; }

    /// <summary>Keys of the evaluations behind the score.</summary>
    public required IReadOnlyList<Digest> Evaluations { get; init; }
}

/// <summary>A candidate's score on one task with the setting that gave it.</summary>
public sealed record TaskOutput(string Task, double? Score, double? LearningRate, double? WeightDecay)
{
    /// <summary>The repetitions that <see cref="Score"/> is the mean of, in their order; null where there is but one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<double>? Repetitions { get; init; }

    /// <summary>
    /// The same setting tested at more lengths, its own first, means over the repetitions; null where no other length was asked for.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<LengthScore>? Lengths { get; init; }

    /// <summary>How much the task counts in the trial's score; null where it counts 1.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Weight { get; init; }
}

/// <summary>What a trained candidate does at one length.</summary>
/// <param name="Length">Positions of a sample.</param>
/// <param name="Loss">Over the asked targets, in nats.</param>
/// <param name="Accuracy">Share of them that was right.</param>
public sealed record LengthScore(int Length, double Loss, double Accuracy);
