using System.Text.Json.Serialization;
using System.ComponentModel;
using Composer.Core.Settings;
using Composer.Training.Models;

namespace Composer.Mad.Evaluation;

/// <summary>How one candidate is trained and tested on one task. The defaults are Composer's (Table 4).</summary>
/// <remarks>An immutable value; equal when every field is.</remarks>
public sealed record EvaluationSettings : IReadsSelectively
{
    [Description("Training samples of each task."), SettingRange(1, 10_000_000)]
    public int Samples { get; init; } = 800;

    [Description("Test samples of each task."), SettingRange(1, 10_000_000)]
    public int TestSamples { get; init; } = 1280;

    [Description("Passes over the training samples, or sets of fresh ones."), SettingRange(1, 100_000)]
    public int Epochs { get; init; } = 200;

    [Description("Samples of one update; the last one of an epoch takes what is left."), SettingRange(1, 65_536)]
    public int Batch { get; init; } = 128;

    [Description("Peak learning rate of AdamW."), SettingRange(1e-8, 10)]
    public double LearningRate { get; init; } = 1e-3;

    [Description(Parametrization.OfInitialization)]
    public InitializationRule Initialization { get; init; }

    [Description(Parametrization.OfRates)]
    public RateRule Rates { get; init; }

    [Description("Decoupled weight decay."), SettingRange(0, 10)]
    public double WeightDecay { get; init; }

    [Description("Decay of AdamW's first moment."), SettingRange(0, 0.999999999)]
    public double Beta1 { get; init; } = 0.9;

    [Description("Decay of AdamW's second moment."), SettingRange(0, 0.999999999)]
    public double Beta2 { get; init; } = 0.98;

    [Description("How the learning rate falls, once a step.")]
    public RateSchedule Schedule { get; init; }

    [Description("Greatest gradient norm; 0 clips nothing."), SettingRange(0, 1e6)]
    public double Clip { get; init; }

    [Description("New training samples in every epoch, from the seeded generator.")]
    public bool Fresh { get; init; }

    [Description("Stop a training whose test accuracy (macro recall) exceeds this, as mad-lab does at 0.999; 1 never stops.")]
    [SettingRange(0, 1)]
    public double StopAccuracy { get; init; } = 0.999;

    [Description("Multiples of a task's length at which trained candidates are tested too, on fresh samples; no score counts them.")]
    [SettingRange(2, 64), SettingCount(0, 8), SettingDistinct]
    public ValueList<int> LengthMultiples { get; init; } = [];

    /// <summary>
    /// How many times the test set is scored, at even distances, the last epoch always; 0 means after every
    /// epoch. Once is enough for a score of the last epoch, and spares what may be half of the work.
    /// </summary>
    public int Evaluations { get; init; }

    /// <summary>
    /// The epoch after which the training ends, with a test, though its schedule is planned for all of them;
    /// 0 goes to the end. What is seen is the beginning of the whole training.
    /// </summary>
    public int StopAfter { get; init; }

    /// <summary>Updates of a whole training.</summary>
    public long PlannedUpdates => (long)Epochs * ((Samples + Batch - 1) / Batch);

    /// <summary>The last epoch that is trained.</summary>
    public int LastEpoch => StopAfter > 0 ? StopAfter : Epochs;

    /// <summary>The multiples of the length at which the trained candidate is tested: none of a beginning.</summary>
    [JsonIgnore]
    public IEnumerable<int> TestedMultiples => StopAfter == 0 ? LengthMultiples : [];

    /// <summary>What is wrong, one sentence each; empty when nothing is.</summary>
    public IReadOnlyList<string> Validate()
    {
        var mistakes = new List<string>();
        Require(Samples >= 1, $"samples ({Samples}) must be at least 1.");
        Require(TestSamples >= 1, $"test_samples ({TestSamples}) must be at least 1.");
        Require(Epochs >= 1, $"epochs ({Epochs}) must be at least 1.");
        Require(Batch >= 1, $"batch ({Batch}) must be at least 1.");
        Require(double.IsFinite(LearningRate) && LearningRate > 0, $"learning_rates ({LearningRate}) must be positive.");
        Require(double.IsFinite(WeightDecay) && WeightDecay >= 0, $"weight_decays ({WeightDecay}) must not be negative.");
        Require(Beta1 is >= 0 and < 1 && Beta2 is >= 0 and < 1, $"betas ({Beta1}, {Beta2}) must be in 0 … 1, 1 excluded.");
        Require(double.IsFinite(Clip) && Clip >= 0, $"clip ({Clip}) must not be negative.");
        Require(StopAccuracy is >= 0 and <= 1, $"stop_accuracy ({StopAccuracy}) must be in 0 … 1.");
        Require(StopAfter >= 0 && StopAfter <= Epochs, $"stop_after ({StopAfter}) must be in 0 … {Epochs}.");
        Require(LengthMultiples.All(multiple => multiple >= 2), "length_multiples must be at least 2.");
        Require(Evaluations >= 0, $"evaluations ({Evaluations}) must not be negative.");
        return mistakes;

        void Require(bool holds, string mistake)
        {
            if (!holds)
            {
                mistakes.Add(mistake);
            }
        }
    }

    /// <summary>Whether the test set is scored after an epoch.</summary>
    /// <param name="epoch">Counts from 1.</param>
    public bool TestsAfter(int epoch) =>
        Evaluations == 0 || epoch == StopAfter || (long)epoch * Evaluations / Epochs > (epoch - 1L) * Evaluations / Epochs;

    [JsonIgnore]
    public IReadOnlyCollection<string> Unread =>
    [
        .. StopAfter == 0 ? [nameof(StopAfter)] : Array.Empty<string>(),
        .. TestedMultiples.Any() ? Array.Empty<string>() : [nameof(LengthMultiples)],
    ];
}
