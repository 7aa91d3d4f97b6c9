using System.Text.Json.Serialization;
using Composer.Core.Settings;

namespace Composer.Architecture.Costs;

/// <summary>How the training cost of a token is counted. Values are only ever appended.</summary>
[JsonConverter(typeof(SettingNameConverter<FlopCount>))]
public enum FlopCount
{
    /// <summary>
    /// 6 a parameter of every layer, 12 · length · dim for the scores of an attention layer, 6 · vocabulary · dim
    /// for the output projection. Agrees with the token counts that the paper reports.
    /// </summary>
    Corrected = 0,

    /// <summary>
    /// Equations 6 and 7 to the letter: no sequence length in the score term, no output projection, and a
    /// factor dim missing in the keys and values.
    /// </summary>
    Printed = 1,
}
