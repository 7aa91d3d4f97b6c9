using System.Runtime.CompilerServices;

namespace Composer.Exchange.Tests.Foreign;

/// <summary>A theory that is skipped, with the reason, where llama.cpp's native library does not load.</summary>
internal sealed class LlamaCppTheoryAttribute : TheoryAttribute
{
    public LlamaCppTheoryAttribute([CallerFilePath] string? sourceFilePath = null, [CallerLineNumber] int sourceLineNumber = -1)
        : base(sourceFilePath, sourceLineNumber) => Skip = LlamaCpp.Missing;
}
