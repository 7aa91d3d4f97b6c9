namespace Composer.Language.Tokenizers.Normalizers;

/// <summary>A normalizer without settings of its own.</summary>
/// <param name="description">All that it depends on.</param>
/// <param name="normalize">Of a text without lone surrogates.</param>
/// <param name="movesStart">Whether it can take characters away from the text's beginning.</param>
internal sealed class FunctionNormalizer(string description, Func<string, string> normalize, bool movesStart = false) : TextNormalizer
{
    public override string Description => description;

    public override bool MovesStart => movesStart;

    public override string Normalize(string text) => normalize(text);
}
