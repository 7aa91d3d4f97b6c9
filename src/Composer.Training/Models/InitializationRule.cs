using System.Text.Json.Serialization;
using Composer.Core.Settings;

namespace Composer.Training.Models;

/// <summary>How far the numbers of a matrix spread at the beginning. Values are only ever appended.</summary>
[JsonConverter(typeof(SettingNameConverter<InitializationRule>))]
public enum InitializationRule
{
    /// <summary>N(0, 1 / (3 · inputs)) for a matrix of so many inputs: what goes through it keeps its size at every width.</summary>
    FanIn = 0,

    /// <summary>N(0, 0.02²) at every width, as GPT-2, Llama and mad-lab have it.</summary>
    Constant = 1,
}
