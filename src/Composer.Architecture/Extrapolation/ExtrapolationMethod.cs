using System.Text.Json.Serialization;
using Composer.Core.Settings;

namespace Composer.Architecture.Extrapolation;

/// <summary>How a small order of layers becomes a large one (Composer, section 2.4). Values are only ever appended.</summary>
[JsonConverter(typeof(SettingNameConverter<ExtrapolationMethod>))]
public enum ExtrapolationMethod
{
    /// <summary>⌊s⌋ copies, then each group of h layers as ⌈frac(s)·h⌉.</summary>
    Stack = 0,

    /// <summary>Each group of h layers becomes ⌈s·h⌉ (Equation 3).</summary>
    Stretch = 1,

    /// <summary>Each group of h layers becomes ⌈s⌉·h: what the paper's rows n = 4, 6, 7, 8, 10 and 24 did.</summary>
    StretchInteger = 2,

    /// <summary>The order stays; only the width changes.</summary>
    Identity = 3,
}
