using Composer.Architecture;
using Composer.Architecture.Primitives;
using Composer.Core;
using Composer.Mad.Scoring;
using Composer.Manifests.Model;
using Composer.Stages.Tokenize;

namespace Composer.Stages.Evaluate;

/// <summary>The trainings that a candidate's score needs.</summary>
internal sealed class CandidateTrainings
{
    /// <summary>The name of the task that is no MAD task: language modelling on a corpus.</summary>
    public const string Text = EvaluateSettings.TextTask;

    private readonly EvaluateSettings settings;
    private readonly EvaluationProtocol protocol;
    private readonly CorpusContent? text;
    private readonly Seed seed;

    /// <param name="settings">What to train on, and how.</param>
    /// <param name="shape">The candidates' widths.</param>
    /// <param name="seed">The experiment's.</param>
    /// <param name="text">The corpus behind the text task; null where it is not asked for.</param>
    public CandidateTrainings(EvaluateSettings settings, ModelShape shape, Seed seed, CorpusContent? text)
    {
        (this.settings, this.text) = (settings, text);
        protocol = settings.Protocol(shape);
        this.seed = EvaluationProtocol.SeedOfCandidates(seed);
    }

    /// <summary>How a training becomes a number.</summary>
    public ScoringRule Rule => protocol.Rule;

    /// <summary>Repetitions of each training in one run of a candidate.</summary>
    public int Repetitions => settings.Repetitions;

    /// <summary>Trainings of one candidate.</summary>
    public int PerCandidate => settings.Tasks.Count * settings.LearningRates.Count * settings.WeightDecays.Count * Repetitions;

    /// <summary>All trainings of one run of a candidate, in a fixed order: task by task, setting by setting.</summary>
    /// <param name="layers">The candidate.</param>
    /// <param name="run">0 for the first; each has data and initial parameters of its own.</param>
    public IReadOnlyList<CandidateTraining> Of(LayerSequence layers, int run = 0)
    {
        var repetitions = Repetitions * (run + 1);
        var all = (protocol with { Repetitions = repetitions }).Units(layers, seed).Select(unit => Mad(unit, stopAfter: 0));
        return [.. all.Concat(OnText(layers, repetitions)).Where(t => t.Repetition >= Repetitions * run)];
    }

    /// <summary>The beginnings of a candidate's trainings on the MAD tasks, as far as a share of their epochs.</summary>
    public IReadOnlyList<CandidateTraining> Beginnings(LayerSequence layers, double share) =>
    [
        .. protocol.Units(layers, seed).Select(unit =>
            Mad(unit, Math.Max(1, (int)Math.Round(share * unit.Evaluation.Settings.Epochs, MidpointRounding.AwayFromZero)))),
    ];

    private static CandidateTraining Mad(EvaluationUnit unit, int stopAfter)
    {
        var evaluation = unit.Evaluation;
        var training = evaluation.Settings with { StopAfter = stopAfter };
        return new CandidateTraining(evaluation.Task.Name, unit.Variant, unit.Repetition, training.LastEpoch, new EvaluateInputs
        {
            Candidate = evaluation.Layers,
            Model = ShapeOf(evaluation.Layers, evaluation.Shape),
            Seed = evaluation.Seed,
            Mad = new MadTraining(evaluation.Task.Name, evaluation.TaskSettings, training),
        });
    }

    /// <summary>With the options that the order has alone, so that searches among other primitives share its trainings.</summary>
    private static ModelShape ShapeOf(LayerSequence layers, ModelShape shape) => shape.CompletedFor(layers, OptionDefaults.InSearch);

    private IEnumerable<CandidateTraining> OnText(LayerSequence layers, int repetitions)
    {
        if (text is null)
        {
            yield break;
        }

        var variant = 0;
        foreach (var training in settings.TextVariants)
        {
            for (var repetition = 0; repetition < repetitions; repetition++)
            {
                yield return new CandidateTraining(Text, variant, repetition, settings.Epochs, new EvaluateInputs
                {
                    Candidate = layers,
                    Model = ShapeOf(layers, protocol.Shape),
                    Seed = EvaluationProtocol.SeedOf(seed, repetition),
                    Text = new TextTraining(text, training),
                });
            }

            variant++;
        }
    }
}

/// <summary>One training among those that make a candidate's score.</summary>
/// <param name="Task">The task's name.</param>
/// <param name="Variant">Which learning rate and weight decay, counted from 0.</param>
/// <param name="Repetition">Counted from 0.</param>
/// <param name="Epochs">Passes over the samples.</param>
/// <param name="Inputs">What to compute.</param>
internal sealed record CandidateTraining(string Task, int Variant, int Repetition, int Epochs, EvaluateInputs Inputs);
