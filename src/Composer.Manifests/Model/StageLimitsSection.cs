using System.ComponentModel;
using Composer.Core.Settings;

namespace Composer.Manifests.Model;

/// <summary>Limits of one kind of stage, where they differ from those of all.</summary>
public sealed record StageLimitsSection
{
    [Description("How often it is tried again."), SettingOf(typeof(LimitsSection), nameof(LimitsSection.Retries))]
    public int? Retries { get; init; }

    [Description("Longest computing time of one try.")]
    public Duration? Time { get; init; }
}
