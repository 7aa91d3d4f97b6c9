using Composer.Architecture;

namespace Composer.Search.Strategies;

/// <summary>One step of an incremental search: new layers between a prefix and a suffix that are fixed.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Space">The new layers.</param>
/// <param name="Prefix">Fixed layers before them; empty in the first phase.</param>
/// <param name="Suffix">Fixed layers after them; empty unless they are put into the middle.</param>
internal sealed record SearchPhase(int Number, SearchSpace Space, string Prefix, string Suffix)
{
    private int Layers => Prefix.Length + Space.Layers + Suffix.Length;

    /// <summary>The phase that puts layers at a point of what the phases before have settled on.</summary>
    public static SearchPhase At(int number, SearchSpace space, LayerSequence? settled, InsertionPoint point)
    {
        var order = settled?.ToString() ?? "";
        var split = point == InsertionPoint.End ? order.Length : (order.Length + 1) / 2;
        return new SearchPhase(number, space, order[..split], order[split..]);
    }

    /// <summary>The whole order in which these are the new layers.</summary>
    public LayerSequence Whole(LayerSequence layers) => LayerSequence.FromSymbols($"{Prefix}{layers}{Suffix}");

    /// <summary>The trials of a study that are of this phase, in order of number.</summary>
    public IReadOnlyList<Trial> TrialsOf(Study study) => [.. study.Trials.Where(trial => Holds(trial.Sequence))];

    /// <summary>A study of the new layers alone, of the trials that are of this phase.</summary>
    public Study Inner(Study study, IReadOnlyList<Trial> trials) => new(
        Space,
        study.Seed.Derive("phase", Number),
        trials.Select((trial, i) => trial with { Number = i, Sequence = New(trial.Sequence) }));

    private LayerSequence New(LayerSequence whole) =>
        LayerSequence.FromSymbols(whole.Skip(Prefix.Length).Take(Space.Layers));

    private bool Holds(LayerSequence whole)
    {
        if (whole.Count != Layers)
        {
            return false;
        }

        var text = whole.ToString();
        return text.StartsWith(Prefix, StringComparison.Ordinal) && text.EndsWith(Suffix, StringComparison.Ordinal);
    }
}
