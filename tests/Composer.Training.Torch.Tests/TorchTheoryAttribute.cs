using System.Runtime.CompilerServices;
using Composer.Training.Torch.Native;

namespace Composer.Training.Torch.Tests;

/// <summary>A theory that is skipped, with the reason, where TorchSharp cannot be loaded.</summary>
internal sealed class TorchTheoryAttribute : TheoryAttribute
{
    public TorchTheoryAttribute([CallerFilePath] string? sourceFilePath = null, [CallerLineNumber] int sourceLineNumber = -1)
        : base(sourceFilePath, sourceLineNumber) => Skip = TorchPlatform.Missing;
}
