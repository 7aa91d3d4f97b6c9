using Composer.Architecture;
using Composer.Core;

namespace Composer.Search;

/// <summary>
/// A search so far: where it looks, its seed, and its trials in the order in which they were proposed.
/// </summary>
/// <remarks>
/// Immutable and thread-safe: whatever happens makes a new study. It is all that a strategy reads, so that
/// a study restored from its trials goes on exactly as one that was never stopped. The protocol:
/// <code>
/// for (;;)
/// {
///     if (study.Pending.Count == 0)
///         study = study.Propose(strategy.Suggest(study, batch));
///     if (study.Pending.Count == 0)
///         break;
///     // evaluate study.Pending, side by side, in any order
///     study = study.Complete(number, score);   // or study.Fail(number), once for each
/// }
/// </code>
/// A batch is proposed only when nothing is pending, from the scores of all earlier batches; hence the
/// trials depend on seed and batch size, not on which evaluation ends first.
/// </remarks>
public sealed class Study
{
    private readonly Trial[] trials;

    /// <param name="space">Where the search looks. An incremental search begins with fewer layers.</param>
    /// <param name="seed">Of everything random in the search.</param>
    /// <param name="trials">Trials of an earlier run, in order of their numbers.</param>
    /// <exception cref="ArgumentException">A trial has the wrong number, a symbol from elsewhere, or is there twice.</exception>
    public Study(SearchSpace space, Seed seed, IEnumerable<Trial>? trials = null)
        : this(space, seed, [.. trials ?? []])
    {
        var seen = new HashSet<LayerSequence>();
        for (var i = 0; i < this.trials.Length; i++)
        {
            var trial = this.trials[i];
            if (trial.Number != i)
            {
                throw new ArgumentException($"Trial {trial.Number} stands at place {i}.", nameof(trials));
            }

            if (trial.Status != TrialStatus.Stopped && (trial.Status == TrialStatus.Complete) != trial.Score.HasValue)
            {
                throw new ArgumentException($"Trial {i} is {trial.Status} with score {trial.Score}.", nameof(trials));
            }

            Check(trial.Sequence, seen);
        }
    }

    private Study(SearchSpace space, Seed seed, Trial[] trials)
    {
        Space = space;
        Seed = seed;
        this.trials = trials;
        Pending = Array.FindAll(trials, trial => trial.Status == TrialStatus.Pending);
        Completed = Array.FindAll(trials, trial => trial.Status == TrialStatus.Complete);
        Learned = Completed.Count == trials.Length
            ? Completed
            : Array.FindAll(trials, trial => trial.Status is TrialStatus.Complete or TrialStatus.Stopped && trial.Score.HasValue);
    }

    /// <summary>Where the search looks.</summary>
    public SearchSpace Space { get; }

    /// <summary>Of everything random in the search.</summary>
    public Seed Seed { get; }

    /// <summary>All trials, in order of their numbers.</summary>
    public IReadOnlyList<Trial> Trials => trials;

    /// <summary>What is to be evaluated now, in order of number; retries too.</summary>
    public IReadOnlyList<Trial> Pending { get; }

    /// <summary>The trials with a score, in order of number.</summary>
    public IReadOnlyList<Trial> Completed { get; }

    /// <summary>What a surrogate learns from: the completed trials and the predictions of stopped ones.</summary>
    public IReadOnlyList<Trial> Learned { get; }

    /// <summary>The completed trial of the lowest score, the earliest of equals; null when there is none.</summary>
    public Trial? Best => Completed.MinBy(trial => trial.Score);

    /// <summary>This study with candidates appended, pending.</summary>
    /// <exception cref="ArgumentException">A candidate has a symbol from elsewhere, or is there already.</exception>
    public Study Propose(IReadOnlyList<LayerSequence> candidates)
    {
        var seen = trials.Select(trial => trial.Sequence).ToHashSet();
        var appended = new Trial[trials.Length + candidates.Count];
        trials.CopyTo(appended, 0);
        for (var i = 0; i < candidates.Count; i++)
        {
            Check(candidates[i], seen);
            appended[trials.Length + i] = new Trial(trials.Length + i, candidates[i]);
        }

        return new Study(Space, Seed, appended);
    }

    /// <summary>This study with the score of a pending trial; one that is not finite counts as a failure.</summary>
    /// <exception cref="ArgumentException">The trial is not pending.</exception>
    public Study Complete(int number, double score) => With(number, trial => trial.Complete(score));

    /// <summary>This study with a failed evaluation of a pending trial: once it stays pending, then it is banned.</summary>
    /// <exception cref="ArgumentException">The trial is not pending.</exception>
    public Study Fail(int number) => With(number, trial => trial.Fail());

    /// <summary>This study with a pending trial stopped; see <see cref="Trial.Stop"/>.</summary>
    /// <exception cref="ArgumentException">The trial is not pending.</exception>
    public Study Stop(int number, double? prediction = null, double variance = 0) =>
        With(number, trial => trial.Stop(prediction, variance));

    /// <summary>This study with more runs of a complete trial; see <see cref="Replication"/>.</summary>
    /// <exception cref="ArgumentException">The trial is not complete, or has more than one run already.</exception>
    public Study Replicate(int number, IReadOnlyList<double> scores)
    {
        if (number < 0 || number >= trials.Length || trials[number] is not { Status: TrialStatus.Complete, Runs: 1 })
        {
            throw new ArgumentException($"Trial {number} is not complete with one run.", nameof(number));
        }

        Trial[] changed = [.. trials];
        changed[number] = changed[number].Replicate(scores);
        return new Study(Space, Seed, changed);
    }

    private Study With(int number, Func<Trial, Trial> change)
    {
        if (number < 0 || number >= trials.Length || trials[number].Status != TrialStatus.Pending)
        {
            throw new ArgumentException($"Trial {number} is not pending.", nameof(number));
        }

        Trial[] changed = [.. trials];
        changed[number] = change(changed[number]);
        return new Study(Space, Seed, changed);
    }

    private void Check(LayerSequence sequence, HashSet<LayerSequence> seen)
    {
        if (!sequence.All(symbol => Space.Primitives.Contains(symbol)))
        {
            throw new ArgumentException($"{sequence} is made of other primitives than {Space.Primitives}.", nameof(sequence));
        }

        if (!seen.Add(sequence))
        {
            throw new ArgumentException($"{sequence} is in the study already.", nameof(sequence));
        }
    }
}
