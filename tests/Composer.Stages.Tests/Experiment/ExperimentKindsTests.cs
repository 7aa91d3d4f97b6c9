using System.Reflection;
using Composer.Core.Settings;
using Composer.Manifests.Model;
using Composer.Stages.Experiment;

namespace Composer.Stages.Tests.Experiment;

public sealed class ExperimentKindsTests
{
    /// <summary>Manifests know no stages: the names stand there once more.</summary>
    [Fact]
    public void A_manifest_limits_every_kind_of_stage_and_no_other() => Assert.Equal(
        ExperimentKinds.With(new NoRenderer()).All.Where(kind => kind.AskedForBy is null).Select(kind => kind.Name),
        typeof(LimitsSection).GetProperty(nameof(LimitsSection.Stage))!.GetCustomAttribute<SettingChoicesAttribute>()!.Choices);
}
