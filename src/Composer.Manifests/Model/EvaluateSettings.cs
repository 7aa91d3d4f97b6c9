using System.ComponentModel;
using System.Text.Json.Serialization;
using Composer.Architecture;
using Composer.Core.Diagnostics;
using Composer.Core.Settings;
using Composer.Language.Evaluation.Text;
using Composer.Mad.Evaluation;
using Composer.Mad.Scoring;
using Composer.Mad.Tasks;
using Composer.Search.Stopping;
using Composer.Training.Models;

namespace Composer.Manifests.Model;

/// <summary>How one small candidate is trained on synthetic tasks or on text, and scored.</summary>
public sealed record EvaluateSettings : IReadsSelectively
{
    /// <summary>The task that is no MAD task: language modelling on a corpus.</summary>
    public const string TextTask = "text";

    private static readonly EvaluationSettings Defaults = new();

    /// <summary>What <see cref="Tasks"/> may name.</summary>
    public static IReadOnlyList<string> TaskNames => [.. MadTasks.Names, TextTask];

    [Description("MAD tasks, or text."), SettingCount(1, int.MaxValue), SettingDistinct]
    [SettingChoices(typeof(EvaluateSettings), nameof(TaskNames))]
    public ValueList<string> Tasks { get; init; } = [.. MadTasks.NamesInPaper];

    [SettingOf(typeof(EvaluationSettings), nameof(EvaluationSettings.Samples))]
    public int Samples { get; init; } = Defaults.Samples;

    [SettingOf(typeof(EvaluationSettings), nameof(EvaluationSettings.TestSamples))]
    public int TestSamples { get; init; } = Defaults.TestSamples;

    [SettingOf(typeof(EvaluationSettings), nameof(EvaluationSettings.Epochs))]
    public int Epochs { get; init; } = Defaults.Epochs;

    [SettingOf(typeof(EvaluationSettings), nameof(EvaluationSettings.Batch))]
    public int Batch { get; init; } = Defaults.Batch;

    [Description("Peak learning rates; each is tried with each weight decay, the best counts."), SettingCount(1, 100)]
    [SettingOf(typeof(EvaluationSettings), nameof(EvaluationSettings.LearningRate))]
    public ValueList<double> LearningRates { get; init; } = [1e-4, 5e-4, 1e-3];

    [SettingOf(typeof(EvaluationSettings), nameof(EvaluationSettings.Initialization))]
    public InitializationRule Initialization { get; init; }

    [SettingOf(typeof(EvaluationSettings), nameof(EvaluationSettings.Rates))]
    public RateRule Rates { get; init; }

    [Description("Weight decays."), SettingCount(1, 100)]
    [SettingOf(typeof(EvaluationSettings), nameof(EvaluationSettings.WeightDecay))]
    public ValueList<double> WeightDecays { get; init; } = [0.0, 0.1];

    [Description("AdamW's two decay rates."), SettingCount(2, 2)]
    [SettingOf(typeof(EvaluationSettings), nameof(EvaluationSettings.Beta1))]
    public ValueList<double> Betas { get; init; } = [Defaults.Beta1, Defaults.Beta2];

    [SettingOf(typeof(EvaluationSettings), nameof(EvaluationSettings.Schedule))]
    public RateSchedule Schedule { get; init; } = Defaults.Schedule;

    [SettingOf(typeof(EvaluationSettings), nameof(EvaluationSettings.Clip))]
    public double Clip { get; init; } = Defaults.Clip;

    [SettingOf(typeof(EvaluationSettings), nameof(EvaluationSettings.Fresh))]
    public bool Fresh { get; init; } = Defaults.Fresh;

    [Description("What is compared: the test loss, or the test accuracy.")]
    public ScoreObjective Objective { get; init; }

    [Description("Which epoch's value counts.")]
    public ScoreEpoch Score { get; init; }

    [SettingOf(typeof(EvaluationSettings), nameof(EvaluationSettings.StopAccuracy))]
    public double StopAccuracy { get; init; } = Defaults.StopAccuracy;

    [SettingOf(typeof(EvaluationSettings), nameof(EvaluationSettings.LengthMultiples)), SettingCount(0, 8), SettingDistinct]
    public ValueList<int> LengthMultiples { get; init; } = [];

    [Description("Independent repetitions (data and initialisation) of each evaluation, averaged."), SettingRange(1, 100)]
    public int Repetitions { get; init; } = 1;

    [Description("Leave out trainings that cannot change the search's result, whatever comes of them.")]
    public bool LosslessStop { get; init; } = true;

    [Description("Drop settings while a task trains; off by default.")]
    public HalvingSettings Halving { get; init; } = new();

    [Description("Stop hopeless candidates; off by default.")]
    public PruningSettings Pruning { get; init; } = new();

    [Description("Difficulty of single tasks, by the task's name."), SettingChoices(typeof(MadTasks), nameof(MadTasks.Names))]
    public ValueMap<MadTaskKnobs> Task { get; init; } = [];

    [Description("The text task.")]
    public TextSettings Text { get; init; } = new();

    /// <summary>How a training becomes a number.</summary>
    [JsonIgnore]
    public ScoringRule Rule => new(Objective, Score) { Weights = Weights };

    /// <summary>How much each task counts in a candidate's score: those that are said.</summary>
    [JsonIgnore]
    public TaskWeights Weights => new(new ValueMap<double>(
        from task in Tasks
        let weight = task == TextTask ? Text.Weight : Task.GetValueOrDefault(task)?.Weight
        where weight is not null
        select KeyValuePair.Create(task, weight.Value)));

    /// <summary>Each learning rate with each weight decay, in the order of the manifest.</summary>
    [JsonIgnore]
    public IEnumerable<(double LearningRate, double WeightDecay)> Variants =>
        from rate in LearningRates
        from decay in WeightDecays
        select (rate, decay);

    /// <summary>The text task's training in each of <see cref="Variants"/>.</summary>
    [JsonIgnore]
    public IEnumerable<TextEvaluationSettings> TextVariants => Variants.Select(v => new TextEvaluationSettings
    {
        Length = Text.Length,
        Batch = Batch,
        Epochs = Epochs,
        Initialization = Initialization,
        LearningRate = v.LearningRate,
        Rates = Rates,
        WeightDecay = v.WeightDecay,
        Beta1 = Betas[0],
        Beta2 = Betas[1],
        Clip = Clip,
        Cosine = Schedule == RateSchedule.Cosine,
    });

    /// <summary>The protocol of the MAD tasks; without tasks when only text is asked for.</summary>
    /// <param name="shape">The candidates' widths.</param>
    /// <exception cref="InvalidOperationException">A task's settings are wrong, which <see cref="Validate"/> tells.</exception>
    public EvaluationProtocol Protocol(ModelShape shape) =>
        new(shape, [.. Tasks.Where(name => name != TextTask).Select(Plan)], Repetitions, Rule);

    /// <summary>What is wrong, beside tasks (<see cref="ValidateTask"/>) and <see cref="Halving"/>; empty when nothing is.</summary>
    public IEnumerable<SettingMistake> Validate()
    {
        if (Objective == ScoreObjective.Accuracy && Tasks.Contains(TextTask))
        {
            yield return new SettingMistake(
                DiagnosticCodes.ObjectiveNotOfTask,
                $"the task '{TextTask}' is scored by its validation loss, so objective cannot be \"accuracy\".",
                "Write \"loss\", or leave the task out.",
                "objective",
                "tasks");
        }

        if (Tasks.Contains(TextTask) && MadTaskKnobs.WeightMistake(Text.Weight, TextTask) is { } mistake)
        {
            yield return mistake with { Keys = ["text.weight"] };
        }
    }

    /// <summary>What is wrong with the numbers of samples, which no task's difficulty may be too easy for; empty when nothing is.</summary>
    public IEnumerable<SettingMistake> ValidateSamples()
    {
        foreach (var name in Tasks.Where(name => MadTasks.Names.Contains(name)))
        {
            var (task, knobs, mistakes) = (MadTasks.Get(name), Task.GetValueOrDefault(name) ?? new(), new List<SettingMistake>());
            var difficulty = knobs.Configure(task, mistakes);
            var sizes = knobs.ApplyTo(new EvaluationSettings { Samples = Samples, TestSamples = TestSamples });
            if (mistakes.Count == 0
                && TaskData.Validate(task, difficulty, sizes.Samples, sizes.TestSamples) is [var mistake, ..])
            {
                yield return new SettingMistake(
                    DiagnosticCodes.TooFewSamples,
                    mistake,
                    null,
                    Task.ContainsKey(name) ? $"task.{name}" : "samples",
                    "test_samples",
                    "tasks");
            }
        }
    }

    /// <summary>What is wrong with tasks at the multiples of their lengths; empty when nothing is, or a task is wrong at its own.</summary>
    public IEnumerable<SettingMistake> ValidateLengths()
    {
        foreach (var name in Tasks.Where(name => MadTasks.Names.Contains(name)))
        {
            var (task, mistakes) = (MadTasks.Get(name), new List<SettingMistake>());
            var difficulty = (Task.GetValueOrDefault(name) ?? new()).Configure(task, mistakes);
            var longer = mistakes.Count > 0 ? [] : LengthMultiples.Where(multiple => multiple > 1)
                .SelectMany(multiple => task.Validate(difficulty.Longer(multiple)).Select(mistake => (multiple, mistake)));
            foreach (var (multiple, mistake) in longer)
            {
                yield return new SettingMistake(
                    DiagnosticCodes.InvalidTask,
                    FormattableString.Invariant($"{name} cannot be tested at {multiple} times its length: {mistake}"),
                    $"Change the task so that it fits at every multiple, or leave the multiple out.",
                    "length_multiples",
                    $"task.{name}");
            }
        }
    }

    /// <summary>What is wrong with the difficulty of one task; empty when nothing is.</summary>
    /// <param name="name">One of <see cref="MadTasks.Names"/>.</param>
    public IReadOnlyList<SettingMistake> ValidateTask(string name)
    {
        var mistakes = new List<SettingMistake>();
        (Task.GetValueOrDefault(name) ?? new()).Configure(MadTasks.Get(name), mistakes);
        return mistakes;
    }

    private TaskVariants Plan(string name)
    {
        var (task, knobs) = (MadTasks.Get(name), Task.GetValueOrDefault(name) ?? new());
        var mistakes = new List<SettingMistake>();
        var difficulty = knobs.Configure(task, mistakes);
        if (mistakes.Count > 0)
        {
            throw new InvalidOperationException($"{name}: {string.Join(" ", mistakes.Select(m => m.Message))}");
        }

        var settings = knobs.ApplyTo(new EvaluationSettings
        {
            Samples = Samples,
            TestSamples = TestSamples,
            Epochs = Epochs,
            Batch = Batch,
            Initialization = Initialization,
            Rates = Rates,
            Beta1 = Betas[0],
            Beta2 = Betas[1],
            Schedule = Schedule,
            Clip = Clip,
            Fresh = Fresh,
            StopAccuracy = StopAccuracy,
            LengthMultiples = LengthMultiples,

            // A score of the last epoch without an early stop needs the test set once, at the end.
            Evaluations = Score == ScoreEpoch.Last && StopAccuracy >= 1 ? 1 : 0,
        });
        return new TaskVariants(
            task, difficulty, [.. Variants.Select(v => settings with { LearningRate = v.LearningRate, WeightDecay = v.WeightDecay })]);
    }

    /// <remarks>Whether anything is left out by a bound is the search's to tell: by what is made of its trials.</remarks>
    [JsonIgnore]
    public IReadOnlyCollection<string> Unread =>
    [
        nameof(LosslessStop),
        .. Halving.At.Count > 0 ? Array.Empty<string>() : [nameof(Halving)],
        .. Pruning.Wilcoxon && Tasks.Count > 1 ? Array.Empty<string>() : [nameof(Pruning)],
        .. Tasks.Contains(TextTask) ? Array.Empty<string>() : [nameof(Text)],
        .. LengthMultiples.Count > 0 ? Array.Empty<string>() : [nameof(LengthMultiples)],
    ];
}
