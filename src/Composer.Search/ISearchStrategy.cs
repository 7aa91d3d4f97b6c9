using Composer.Architecture;

namespace Composer.Search;

/// <summary>Chooses what to evaluate next. See <see cref="Study"/> for the protocol.</summary>
/// <remarks>Stateless and thread-safe: every answer is a function of the study alone.</remarks>
public interface ISearchStrategy
{
    /// <summary>
    /// At most <paramref name="count"/> candidates that are not in the study, none twice. Fewer, or none,
    /// when the space is exhausted, the budget of trials is used up, or a phase must end first. Asking for
    /// several at once gives the same as asking one by one and appending each to the study as pending.
    /// </summary>
    IReadOnlyList<LayerSequence> Suggest(Study study, int count);

    /// <summary>How far the search has come.</summary>
    SearchProgress Progress(Study study);

    /// <summary>
    /// The completed trials that the final architecture is aggregated from: all of a search in one phase,
    /// those of the last phase of an incremental search (whole orders, with what was fixed before). Empty
    /// until that phase has a score, and for ever when a phase before it had none but failures.
    /// </summary>
    IReadOnlyList<Trial> Result(Study study);
}
