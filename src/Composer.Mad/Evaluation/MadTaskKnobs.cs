using System.ComponentModel;
using System.Globalization;
using Composer.Core.Diagnostics;
using Composer.Core.Settings;
using Composer.Mad.Tasks;

namespace Composer.Mad.Evaluation;

/// <summary>What a user changes of one task: its difficulty, and how long it is trained. Null keeps the default.</summary>
public sealed record MadTaskKnobs
{
    /// <summary>The greatest weight of a task.</summary>
    public const double MostWeight = 1e6;

    [Description("Number of tokens."), SettingRange(4, 131_072)]
    public int? Vocabulary { get; init; }

    [Description("Length of a sample."), SettingRange(4, 8192)]
    public int? Length { get; init; }

    [Description("Noise tokens (noisy in-context recall)."), SettingRange(1, 65_536)]
    public int? NoiseVocabulary { get; init; }

    [Description("Share of pairs replaced by noise (noisy in-context recall)."), SettingRange(0, 1)]
    public double? NoiseFraction { get; init; }

    [Description("Tokens to copy (selective copying)."), SettingRange(1, 4096)]
    public int? Copy { get; init; }

    [Description("Greatest size of a motif (fuzzy in-context recall)."), SettingRange(1, 16)]
    public int? Motif { get; init; }

    [Description("Ask all along the sequence (the recall tasks, k-hop).")]
    public bool? MultiQuery { get; init; }

    [Description("Pairs of two tokens (mqar, k-hop)."), SettingRange(1, 4096)]
    public int? Pairs { get; init; }

    [Description("Steps along the chain of pairs (k-hop)."), SettingRange(1, 16)]
    public int? Hops { get; init; }

    [Description("The group whose elements are multiplied (state tracking).")]
    public StateGroup? Group { get; init; }

    [Description("Training samples of this task."), SettingOf(typeof(EvaluationSettings), nameof(EvaluationSettings.Samples))]
    public int? Samples { get; init; }

    [Description("Test samples of this task."), SettingOf(typeof(EvaluationSettings), nameof(EvaluationSettings.TestSamples))]
    public int? TestSamples { get; init; }

    [Description("Epochs of this task."), SettingOf(typeof(EvaluationSettings), nameof(EvaluationSettings.Epochs))]
    public int? Epochs { get; init; }

    [Description("How much the task counts in a candidate's score, the mean over tasks; 1 where nothing is said.")]
    [SettingRange(0, MostWeight)]
    public double? Weight { get; init; }

    /// <summary>
    /// A task's default settings with what the user changes. A knob that the task does not have is a mistake, as
    /// is a value that <see cref="MadTask.Validate"/> rejects.
    /// </summary>
    /// <param name="task">The task.</param>
    /// <param name="mistakes">Receives the mistakes; the settings are usable when it gets none.</param>
    public MadTaskSettings Configure(MadTask task, ICollection<SettingMistake> mistakes)
    {
        var usual = task.Default;
        var settings = new MadTaskSettings(Vocabulary ?? usual.Vocabulary, Length ?? usual.Length)
        {
            NoiseVocabulary = NoiseVocabulary ?? usual.NoiseVocabulary,
            NoiseFraction = NoiseFraction ?? usual.NoiseFraction,
            Copy = Copy ?? usual.Copy,
            Motif = Motif ?? usual.Motif,
            MultiQuery = MultiQuery ?? usual.MultiQuery,
            Pairs = Pairs ?? usual.Pairs,
            Hops = Hops ?? usual.Hops,
            Group = Group ?? usual.Group,
        };
        Refuse(MadKnob.NoiseVocabulary, "noise_vocabulary", NoiseVocabulary is not null);
        Refuse(MadKnob.NoiseFraction, "noise_fraction", NoiseFraction is not null);
        Refuse(MadKnob.Copy, "copy", Copy is not null);
        Refuse(MadKnob.Motif, "motif", Motif is not null);
        Refuse(MadKnob.MultiQuery, "multi_query", MultiQuery is not null);
        Refuse(MadKnob.Pairs, "pairs", Pairs is not null);
        Refuse(MadKnob.Hops, "hops", Hops is not null);
        Refuse(MadKnob.Group, "group", Group is not null);
        task.Check(settings, mistakes);
        if (WeightMistake(Weight, task.Name) is { } mistake)
        {
            mistakes.Add(mistake);
        }

        return settings;

        void Refuse(MadKnob knob, string key, bool given)
        {
            if (given && !task.Knobs.HasFlag(knob))
            {
                mistakes.Add(new SettingMistake(
                    DiagnosticCodes.KnobNotOfTask,
                    $"{key} does not apply to {task.Name}.",
                    $"Only {string.Join(", ", MadTasks.All.Where(other => other.Knobs.HasFlag(knob)))} has it.",
                    key));
            }
        }
    }

    /// <summary>A task that counts nothing is trained for nothing.</summary>
    /// <param name="weight">Null where nothing is said.</param>
    /// <param name="task">The task's name.</param>
    /// <returns>Null where the weight is one.</returns>
    public static SettingMistake? WeightMistake(double? weight, string task) => weight is null or > 0
        ? null
        : new SettingMistake(
            DiagnosticCodes.WeightOfNothing,
            string.Create(CultureInfo.InvariantCulture, $"a weight of {weight} leaves {task} out of the score and trains it all the same."),
            $"Leave {task} out of evaluate.tasks, or give it a weight above 0.",
            "weight");

    /// <summary>An evaluation's settings with what is changed of them for this task.</summary>
    public EvaluationSettings ApplyTo(EvaluationSettings settings) => settings with
    {
        Samples = Samples ?? settings.Samples,
        TestSamples = TestSamples ?? settings.TestSamples,
        Epochs = Epochs ?? settings.Epochs,
    };
}
