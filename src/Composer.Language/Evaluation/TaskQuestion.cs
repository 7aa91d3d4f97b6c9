using System.Globalization;
using System.Text.Json;
using Composer.Core.Diagnostics;

namespace Composer.Language.Evaluation;

/// <summary>
/// What is asked of one document: one context and what follows it, or several of which one is right. Most multiple-choice tasks
/// give every choice the same context, Winogrande the same continuation.
/// </summary>
/// <param name="Contexts">What is given, one text for each choice.</param>
/// <param name="Choices">What is scored, without the delimiter before it.</param>
/// <param name="Gold">The right one.</param>
public sealed record TaskQuestion(IReadOnlyList<string> Contexts, IReadOnlyList<string> Choices, int Gold)
{
    /// <summary>A question whose choices share their context.</summary>
    public TaskQuestion(string context, IReadOnlyList<string> choices, int gold)
        : this([.. Enumerable.Repeat(context, choices.Count)], choices, gold)
    {
    }

    /// <summary>The row that it was made of, by which the harness tells documents apart; undefined where there is none.</summary>
    public JsonElement Row { get; init; }

    /// <summary>Where it stands; null where it is generated.</summary>
    public SourceSpan? Place { get; init; }

    /// <summary>What the harness calls the document's target.</summary>
    public string Target { get; init; } = Gold.ToString(CultureInfo.InvariantCulture);

    /// <summary>What answers it among the examples before another; null where that is nothing.</summary>
    public string? Answer { get; init; } = (uint)Gold < (uint)Choices.Count ? Choices[Gold] : null;

    /// <summary>Of a rolling log-likelihood: words and bytes of the document, before it was cleaned.</summary>
    public (int Words, int Bytes) Sizes { get; init; }

    public bool Equals(TaskQuestion? other) =>
        other is not null
        && (Row.ValueKind != JsonValueKind.Undefined && other.Row.ValueKind != JsonValueKind.Undefined
            ? JsonElement.DeepEquals(Row, other.Row)
            : Gold == other.Gold && Contexts.SequenceEqual(other.Contexts) && Choices.SequenceEqual(other.Choices));

    public override int GetHashCode() => HashCode.Combine(Gold, Choices.Count);
}
