using System.Text.Json.Serialization;
using Composer.Core.Settings;
using Composer.Mad.Scoring;

namespace Composer.Mad.Prediction;

/// <summary>What a task does to the mean over the tasks.</summary>
/// <param name="Task">The task's name.</param>
/// <param name="Objective">What is compared.</param>
/// <param name="Epoch">Which epoch counts.</param>
/// <param name="Change">Spearman's ρ with the truth of the mean without the task, less that of the mean with it.</param>
public sealed record TaskInfluence(string Task, ScoreObjective Objective, ScoreEpoch Epoch, Estimate Change)
{
    /// <summary>By the interval: whether leaving the task out certainly predicts better, or worse.</summary>
    public InfluenceVerdict Verdict =>
        Change.Low > 0 ? InfluenceVerdict.AddsNoise : Change.High < 0 ? InfluenceVerdict.Helps : InfluenceVerdict.NotToldApart;
}

/// <summary>Whether a task belongs into the mean. Values are only ever appended.</summary>
[JsonConverter(typeof(SettingNameConverter<InfluenceVerdict>))]
public enum InfluenceVerdict
{
    /// <summary>The interval has 0 in it.</summary>
    NotToldApart = 0,

    /// <summary>The mean predicts better without it.</summary>
    AddsNoise = 1,

    /// <summary>The mean predicts worse without it.</summary>
    Helps = 2,
}
