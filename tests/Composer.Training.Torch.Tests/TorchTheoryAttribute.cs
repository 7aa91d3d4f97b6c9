using Composer.Training.Torch.Native;

namespace Composer.Training.Torch.Tests;

/// <summary>A theory that is skipped, with the reason, where TorchSharp cannot be loaded.</summary>
internal sealed class TorchTheoryAttribute : TheoryAttribute
{
    public TorchTheoryAttribute() => Skip = TorchPlatform.Missing;
}
