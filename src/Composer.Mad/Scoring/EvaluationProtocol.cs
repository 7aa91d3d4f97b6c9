using Composer.Architecture;
using Composer.Architecture.Primitives;
using Composer.Core;
using Composer.Mad.Evaluation;

namespace Composer.Mad.Scoring;

/// <summary>Everything that makes a score of a candidate: tasks, settings, repetitions and the rule.</summary>
/// <param name="Shape">The candidates' widths.</param>
/// <param name="Tasks">The tasks, with the settings to try.</param>
/// <param name="Repetitions">Independent repetitions of each training (data and initial parameters), averaged.</param>
/// <param name="Rule">How a training becomes a number.</param>
public sealed record EvaluationProtocol(
    ModelShape Shape, IReadOnlyList<TaskVariants> Tasks, int Repetitions, ScoringRule Rule)
{
    /// <summary>What is wrong, one sentence each, with the task's name; empty when nothing is.</summary>
    public IReadOnlyList<string> Validate()
    {
        var any = LayerSequence.FromSymbols(PrimitiveRegistry.Default.Searched);
        var mistakes = new List<string>();
        foreach (var unit in Units(any, new Seed(0)).Where(u => u.Repetition == 0))
        {
            mistakes.AddRange(unit.Evaluation.Validate().Select(m => $"{unit.Evaluation.Task.Name}: {m}"));
        }

        return [.. mistakes.Distinct()];
    }

    /// <summary>The trainings that a candidate's score needs, in a fixed order.</summary>
    /// <param name="layers">The candidate.</param>
    /// <param name="seed">The same for all candidates of a search.</param>
    public IEnumerable<EvaluationUnit> Units(LayerSequence layers, Seed seed)
    {
        foreach (var plan in Tasks)
        {
            for (var variant = 0; variant < plan.Variants.Count; variant++)
            {
                for (var repetition = 0; repetition < Repetitions; repetition++)
                {
                    yield return new EvaluationUnit(variant, repetition, new CandidateEvaluation(
                        layers, Shape, plan.Task, plan.Settings, plan.Variants[variant], SeedOf(seed, repetition)));
                }
            }
        }
    }

    /// <summary>Of all trainings of an experiment's candidates.</summary>
    public static Seed SeedOfCandidates(Seed experiment) => experiment.Derive("evaluate");

    /// <summary>Of one repetition's trainings.</summary>
    /// <param name="candidates">As <see cref="SeedOfCandidates"/>.</param>
    /// <param name="repetition">From 0.</param>
    public static Seed SeedOf(Seed candidates, int repetition) => candidates.Derive("repetition", repetition);

    /// <summary>The score of a candidate whose trainings are done.</summary>
    public CandidateScore Score(IEnumerable<TaskTrial> trials) => CandidateScore.Of(trials, Rule);
}
