using System.Text.Json.Serialization;
using Composer.Core.Settings;

namespace Composer.Mad.Evaluation;

/// <summary>How the learning rate falls over a training, once a step. Values are only ever appended.</summary>
[JsonConverter(typeof(SettingNameConverter<RateSchedule>))]
public enum RateSchedule
{
    /// <summary>Half a cosine from the peak to zero: what the paper says.</summary>
    Cosine = 0,

    /// <summary>The peak throughout: what mad-lab's code does.</summary>
    Constant = 1,
}
