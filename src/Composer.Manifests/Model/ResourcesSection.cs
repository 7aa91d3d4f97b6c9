using System.ComponentModel;
using Composer.Core.Settings;

namespace Composer.Manifests.Model;

/// <summary>What an agent must have to run a stage.</summary>
public sealed record ResourcesSection
{
    [Description("GPUs; 0: the processor."), SettingRange(0, 8)]
    public int Gpus { get; init; }
}
