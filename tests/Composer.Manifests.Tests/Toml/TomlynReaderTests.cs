#if !PACKAGE_SOURCE_STANDIN
using Composer.Manifests.Toml;

namespace Composer.Manifests.Tests.Toml;

/// <summary>The adapter over Tomlyn: the same contract.</summary>
public sealed class TomlynReaderTests : TomlReaderContract
{
    public override ITomlReader Reader { get; } = new TomlynReader();
}
#endif
