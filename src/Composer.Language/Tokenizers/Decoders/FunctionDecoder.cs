namespace Composer.Language.Tokenizers.Decoders;

/// <summary>A decoder without state.</summary>
/// <param name="decode">Of at least one token.</param>
internal sealed class FunctionDecoder(Func<List<string>, List<string>> decode) : TokenDecoder
{
    public override List<string> Decode(List<string> tokens) => decode(tokens);
}
