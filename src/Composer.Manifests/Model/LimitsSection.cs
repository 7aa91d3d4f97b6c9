using System.ComponentModel;
using Composer.Core.Settings;

namespace Composer.Manifests.Model;

/// <summary>How long a stage may take, and how often it is tried; changes no result.</summary>
public sealed record LimitsSection
{
    [Description("How often a stage that failed is tried again before its failure stands."), SettingRange(0, 100)]
    public int Retries { get; init; }

    [Description("Longest computing time of one try, such as \"2 h\", \"90 min\" or \"30 s\", "
        + "from when its first job begins; none by default.")]
    public Duration? Time { get; init; }

    [Description("The same for single kinds of stage: search, aggregate, extrapolate, tokenize, pretrain, import, lm-eval, efficiency, "
        + "report.")]
    [SettingChoices("search", "aggregate", "extrapolate", "tokenize", "pretrain", "import", "lm-eval", "efficiency", "report")]
    public ValueMap<StageLimitsSection> Stage { get; init; } = [];
}
