using System.Text.Json.Serialization;
using Composer.Core.Settings;

namespace Composer.Mad.Scoring;

/// <summary>What is compared. Values are only ever appended.</summary>
[JsonConverter(typeof(SettingNameConverter<ScoreObjective>))]
public enum ScoreObjective
{
    /// <summary>The test loss in nats.</summary>
    Loss = 0,

    /// <summary>One less the test accuracy over all counted targets.</summary>
    Accuracy = 1,
}
