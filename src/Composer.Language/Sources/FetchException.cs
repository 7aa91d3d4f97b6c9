using Composer.Core.Diagnostics;

namespace Composer.Language.Sources;

/// <summary>Something could not be fetched, for no fault of the command line: what, and what to do.</summary>
public sealed class FetchException(Diagnostic diagnostic) : Exception(diagnostic.ToString())
{
    public Diagnostic Diagnostic { get; } = diagnostic;
}
