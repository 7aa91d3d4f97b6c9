using System.Text.Json.Serialization;
using Composer.Core.Settings;

namespace Composer.Training.Models;

/// <summary>Which share of the learning rate a matrix takes. Values are only ever appended.</summary>
[JsonConverter(typeof(SettingNameConverter<RateRule>))]
public enum RateRule
{
    /// <summary>
    /// A matrix takes 128 / dim of the rate, as maximal-update parametrisation has it for Adam (Yang and Hu 2022), and in
    /// a layer 6 / layers of that: the rate that is best at width 128 and six layers stays the best (measured from width
    /// 32 to 256 and from 6 to 30 layers, docs/reproduction.md).
    /// </summary>
    FanIn = 0,

    /// <summary>One rate for all.</summary>
    Constant = 1,
}
