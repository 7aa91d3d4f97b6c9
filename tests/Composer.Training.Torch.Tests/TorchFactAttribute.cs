using System.Runtime.CompilerServices;
using Composer.Training.Torch.Native;

namespace Composer.Training.Torch.Tests;

/// <summary>A fact that is skipped, with the reason, where TorchSharp cannot be loaded.</summary>
internal sealed class TorchFactAttribute : FactAttribute
{
    public TorchFactAttribute([CallerFilePath] string? sourceFilePath = null, [CallerLineNumber] int sourceLineNumber = -1)
        : base(sourceFilePath, sourceLineNumber) => Skip = TorchPlatform.Missing;
}
