using System.Text.Json.Serialization;
using Composer.Core.Settings;

namespace Composer.Mad.Prediction;

/// <summary>What of a search is held against a truth. Values are only ever appended.</summary>
[JsonConverter(typeof(SettingNameConverter<PredictorKind>))]
public enum PredictorKind
{
    /// <summary>The search's own score, by its objective, epoch and weights.</summary>
    OwnScore = 0,

    /// <summary>The mean over the tasks, all of them equal.</summary>
    MeanOfTasks = 1,

    /// <summary>One task alone.</summary>
    Task = 2,

    /// <summary>The mean over the tasks but one.</summary>
    WithoutTask = 3,

    /// <summary>The mean over the tasks of z-scores: how many deviations an order lies from the mean of all orders.</summary>
    MeanOfDeviations = 4,

    /// <summary>The mean over the tasks of an order's rank among all orders.</summary>
    MeanOfRanks = 5,
}
