using System.Text;
using Composer.Language.Tokenizers.Patterns;

namespace Composer.Language.Tokenizers.Normalizers;

/// <summary>Puts a text in the place of every match.</summary>
/// <param name="description">The pattern, as the file writes it.</param>
/// <param name="matcher">The pattern.</param>
/// <param name="content">The text; none takes the matches away.</param>
internal sealed class ReplaceNormalizer(string description, ITextMatcher matcher, string content) : TextNormalizer
{
    public override string Description => $"replace({description} by {content})";

    public override bool MovesStart => content.Length == 0;

    public override string Normalize(string text)
    {
        var parts = new List<MatchPart>();
        matcher.Cut(text, parts);
        if (!parts.Exists(p => p.IsMatch))
        {
            return text;
        }

        var result = new StringBuilder(text.Length);
        foreach (var part in parts)
        {
            result.Append(part.IsMatch ? content : text.AsSpan(part.Start, part.End - part.Start));
        }

        return result.ToString();
    }
}
