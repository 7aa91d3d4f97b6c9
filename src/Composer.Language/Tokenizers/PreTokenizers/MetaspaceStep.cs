using Composer.Language.Tokenizers.Patterns;

namespace Composer.Language.Tokenizers.PreTokenizers;

/// <summary>Writes spaces as a visible character and cuts before it.</summary>
/// <param name="replacement">One character.</param>
/// <param name="scheme">Which pieces begin with it though no space was there.</param>
/// <param name="splits">Whether it cuts.</param>
internal sealed class MetaspaceStep(string replacement, PrependScheme scheme, bool splits) : PreTokenizerStep
{
    private readonly LiteralMatcher matcher = new(replacement);

    public override string Description => $"metaspace({replacement}, {scheme}, {splits})";

    public PrependScheme Scheme => scheme;

    public override void Apply(PreTokenizedText text)
    {
        text.Change((piece, isStart) =>
        {
            var written = piece.Replace(" ", replacement, StringComparison.Ordinal);
            var isPrepended = scheme == PrependScheme.Always || (scheme == PrependScheme.First && isStart);
            return isPrepended && !written.StartsWith(replacement, StringComparison.Ordinal) ? replacement + written : written;
        });
        if (splits)
        {
            text.Split(matcher, SplitBehavior.MergedWithNext);
        }
    }
}
