namespace Composer.Bench.Tokenizer;

/// <summary>A tokenizer that is measured; thread-safe.</summary>
/// <param name="Name">For people.</param>
/// <param name="Encode">Puts the tokens of a text into an empty list.</param>
internal sealed record TokenizerPeer(string Name, Action<string, List<int>> Encode);
