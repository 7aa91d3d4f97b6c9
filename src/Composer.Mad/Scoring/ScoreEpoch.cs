using System.Text.Json.Serialization;
using Composer.Core.Settings;

namespace Composer.Mad.Scoring;

/// <summary>Which epoch's value counts. Values are only ever appended.</summary>
[JsonConverter(typeof(SettingNameConverter<ScoreEpoch>))]
public enum ScoreEpoch
{
    /// <summary>The last one's, as in mad-lab.</summary>
    Last = 0,

    /// <summary>The best of those where the test set was scored.</summary>
    Best = 1,
}
