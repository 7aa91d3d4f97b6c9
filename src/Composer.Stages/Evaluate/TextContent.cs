using Composer.Stages.Tokenize;

namespace Composer.Stages.Evaluate;

/// <summary>What the text task reads.</summary>
/// <param name="Text">The corpus.</param>
public sealed record TextContent(CorpusContent Text)
{
    /// <summary>Null where there is none.</summary>
    public static TextContent? Of(CorpusContent? text) => text is null ? null : new TextContent(text);
}
