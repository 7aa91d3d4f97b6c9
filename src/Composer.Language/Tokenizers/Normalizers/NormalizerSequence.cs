namespace Composer.Language.Tokenizers.Normalizers;

/// <summary>One normalizer after the other.</summary>
internal sealed class NormalizerSequence(IReadOnlyList<TextNormalizer> parts) : TextNormalizer
{
    public override string Description => string.Join(", ", parts.Select(p => p.Description));

    public override bool MovesStart => parts.Any(p => p.MovesStart);

    public override string Normalize(string text) => parts.Aggregate(text, (current, part) => part.Normalize(current));
}
