using System.Text;
using Composer.Language.Tokenizers.Characters;

namespace Composer.Language.Tokenizers.PreTokenizers;

/// <summary>Cuts by GPT-2's pattern, where it is asked to, and writes each byte as a character of the byte-level alphabet.</summary>
/// <param name="addsSpace">Whether each piece that comes begins with a space.</param>
/// <param name="cuts">Whether it cuts.</param>
/// <param name="isLast">Whether the bytes stay as they are, for a model that reads bytes.</param>
internal sealed class ByteLevelStep(bool addsSpace, bool cuts, bool isLast) : PreTokenizerStep
{
    public override string Description => $"bytes({addsSpace}, {cuts}, {isLast})";

    public bool AddsSpace => addsSpace;

    public bool Cuts => cuts;

    public override void Apply(PreTokenizedText text)
    {
        if (addsSpace)
        {
            text.Change((piece, _) => piece[0] == ' ' ? piece : " " + piece);
        }

        if (cuts)
        {
            text.Split(new ScannerMatcher(PreTokenizer.Gpt2), SplitBehavior.Isolated);
        }

        if (!isLast)
        {
            text.Change((piece, _) => ByteLevelAlphabet.Write(Encoding.UTF8.GetBytes(piece)));
        }
    }
}
