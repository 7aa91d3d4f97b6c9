using System.Text.Json.Serialization;
using Composer.Core.Settings;

namespace Composer.Training.Models;

/// <summary>Which share of the learning rate a matrix takes. Values are only ever appended.</summary>
[JsonConverter(typeof(SettingNameConverter<RateRule>))]
public enum RateRule
{
    /// <summary>One rate for all.</summary>
    Constant = 0,

    /// <summary>
    /// A matrix takes 128 / dim of the rate, as maximal-update parametrisation has it for Adam (Yang and Hu 2022), and in
    /// a layer √(6 / layers) of that: the rate that is best at width 128 and six layers stays near the best.
    /// </summary>
    FanIn = 1,
}
