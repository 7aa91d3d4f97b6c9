using Composer.Core;

namespace Composer.Stages.Evaluate;

/// <summary>What the text task reads from outside.</summary>
/// <param name="Text">The digest of corpus and tokenizer.</param>
public sealed record TextContent(Digest Text)
{
    /// <summary>Null where there is none.</summary>
    public static TextContent? Of(Digest? text) => text is { } digest ? new TextContent(digest) : null;
}
