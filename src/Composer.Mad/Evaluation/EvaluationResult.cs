using System.Text.Json;

namespace Composer.Mad.Evaluation;

/// <summary>What one candidate's training on one task yielded: the output of the <c>evaluate</c> unit.</summary>
/// <remarks>
/// A function of the evaluation and the engine alone: no times in it, so that the same work has the same
/// bytes. Immutable; equal when every field and every point of the curve is.
/// </remarks>
public sealed record EvaluationResult
{
    /// <summary>The candidate's layers, one letter each.</summary>
    public required string Layers { get; init; }

    /// <summary>The task's name.</summary>
    public required string Task { get; init; }

    public required EvaluationStatus Status { get; init; }

    /// <summary>Why it failed; null unless it did.</summary>
    public string? Failure { get; init; }

    /// <summary>One record for each finished epoch.</summary>
    public required IReadOnlyList<EpochRecord> Curve { get; init; }

    /// <summary>Updates done.</summary>
    public required long Updates { get; init; }

    /// <summary>Training tokens seen.</summary>
    public required long TrainedTokens { get; init; }

    /// <summary>
    /// What the tests after the last epoch say, at the length of training and at each multiple of it that was asked for; null where
    /// none was, or the training failed.
    /// </summary>
    public IReadOnlyList<LengthMetrics>? Lengths { get; init; }

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="JsonException">It is something else.</exception>
    public static EvaluationResult FromJson(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize(json, EvaluationJson.Default.EvaluationResult)
            ?? throw new JsonException("An evaluation's result is an object, not null.");

    /// <summary>UTF-8 JSON with snake_case names; the same result gives the same bytes.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, EvaluationJson.Default.EvaluationResult);

    public bool Equals(EvaluationResult? other) =>
        other is not null
        && (Layers, Task, Status, Failure, Updates, TrainedTokens)
            == (other.Layers, other.Task, other.Status, other.Failure, other.Updates, other.TrainedTokens)
        && Curve.SequenceEqual(other.Curve)
        && (Lengths ?? []).SequenceEqual(other.Lengths ?? []);

    public override int GetHashCode() => HashCode.Combine(Layers, Task, Status, Updates, Curve.Count);
}
