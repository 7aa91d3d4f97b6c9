using Composer.Core;

namespace Composer.Language.Sources;

/// <summary>One file of a named source, at an address that always means the same bytes.</summary>
/// <param name="Address">Where it is: https with a revision in it, or <c>npm:PACKAGE@VERSION</c>.</param>
/// <param name="Output">The file that is made of it, by its name in the source's folder.</param>
/// <param name="Form">How.</param>
public sealed record SourceFile(Uri Address, string Output, SourceForm Form)
{
    /// <summary>Its length; null where it is not known.</summary>
    public long? Bytes { get; init; }

    /// <summary>What its bytes must hash to; null where nobody could say, so that the first to fetch it is believed.</summary>
    public Digest? Pinned { get; init; }
}
