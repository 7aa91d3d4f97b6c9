using Composer.Language.Tokenizers.Patterns;

namespace Composer.Language.Tokenizers.PreTokenizers;

/// <summary>Cuts where a matcher says.</summary>
/// <param name="name">Of what matches.</param>
/// <param name="matcher">What matches.</param>
/// <param name="behavior">What becomes of the matches.</param>
/// <param name="isInverted">Whether what lies between the matches counts as the match.</param>
internal sealed class SplitStep(string name, ITextMatcher matcher, SplitBehavior behavior, bool isInverted = false) : PreTokenizerStep
{
    public override string Description => $"split({name}, {behavior}{(isInverted ? ", inverted" : "")})";

    /// <summary>The scanner, where this does no more than cut as it says; else null.</summary>
    public PreTokenizer? Scanner =>
        behavior == SplitBehavior.Isolated && !isInverted && matcher is ScannerMatcher known ? known.Scanner : null;

    public override void Apply(PreTokenizedText text) => text.Split(matcher, behavior, isInverted);
}
