using System.Text.Json.Serialization;
using Composer.Core.Settings;

namespace Composer.Language.Pretraining;

/// <summary>How the learning rate rises and falls. Values are only ever appended.</summary>
[JsonConverter(typeof(SettingNameConverter<PretrainSchedule>))]
public enum PretrainSchedule
{
    /// <summary>Linear warm-up, a constant trunk, linear decay.</summary>
    Trapezoidal = 0,

    /// <summary>Linear warm-up, then half a cosine down to 0.</summary>
    Cosine = 1,
}
