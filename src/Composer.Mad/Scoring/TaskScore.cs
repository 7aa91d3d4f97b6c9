namespace Composer.Mad.Scoring;

/// <summary>A candidate's score on one task: the best setting's, averaged over the repetitions.</summary>
/// <param name="Task">The task's name.</param>
/// <param name="Value">Lower is better; null when every setting failed.</param>
/// <param name="Variant">The best setting; the first on ties; null when every setting failed.</param>
/// <param name="Failure">Why every setting failed; null when one did not.</param>
public sealed record TaskScore(string Task, double? Value, int? Variant, string? Failure);
