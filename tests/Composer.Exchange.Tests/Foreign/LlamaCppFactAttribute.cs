using System.Runtime.CompilerServices;

namespace Composer.Exchange.Tests.Foreign;

/// <summary>A fact that is skipped, with the reason, where llama.cpp's native library does not load.</summary>
internal sealed class LlamaCppFactAttribute : FactAttribute
{
    public LlamaCppFactAttribute([CallerFilePath] string? sourceFilePath = null, [CallerLineNumber] int sourceLineNumber = -1)
        : base(sourceFilePath, sourceLineNumber) => Skip = LlamaCpp.Missing;
}
