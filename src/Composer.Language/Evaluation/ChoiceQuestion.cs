namespace Composer.Language.Evaluation;

/// <summary>
/// One multiple-choice question. For each choice a context and how it continues; most tasks give every
/// choice the same context, Winogrande the same continuation.
/// </summary>
/// <param name="Contexts">What is given, one text for each choice.</param>
/// <param name="Choices">What is scored, without the space before it.</param>
/// <param name="Gold">The right one.</param>
public sealed record ChoiceQuestion(IReadOnlyList<string> Contexts, IReadOnlyList<string> Choices, int Gold)
{
    /// <summary>A question whose choices share their context.</summary>
    public ChoiceQuestion(string context, IReadOnlyList<string> choices, int gold)
        : this([.. Enumerable.Repeat(context, choices.Count)], choices, gold)
    {
    }

    /// <summary>The question with its right answer, as it stands among the examples before another.</summary>
    internal string Solved => $"{Contexts[Gold]} {Choices[Gold]}";

    public bool Equals(ChoiceQuestion? other) =>
        other is not null && Gold == other.Gold && Contexts.SequenceEqual(other.Contexts) && Choices.SequenceEqual(other.Choices);

    public override int GetHashCode() => HashCode.Combine(Gold, Choices.Count);
}
