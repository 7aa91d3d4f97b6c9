using System.Globalization;
using Composer.Language.Tokenizers;
using Composer.Language.Tokenizers.Added;
using Composer.Language.Tokenizers.PreTokenizers;

namespace Composer.Exchange.Gguf;

/// <summary>A tokenizer as llama.cpp holds one: tokens, their kinds, merges, and the name of a pre-tokenizer that it knows.</summary>
internal static class GgufTokenizer
{
    private const string Prefix = "tokenizer.ggml.";
    private const string Remedy = "Export with --no-tokenizer, and give the program token ids.";

    /// <summary>Kinds of tokens, by llama.cpp's numbers.</summary>
    private enum Kind
    {
        Normal = 1,
        Control = 3,
        UserDefined = 4,
        Unused = 5,
    }

    /// <summary>Writes that there is none.</summary>
    /// <param name="metadata">Receives it.</param>
    public static void WriteNone(GgufMetadata metadata) => metadata.Set(Prefix + "model", "no_vocab");

    /// <summary>Writes a tokenizer.</summary>
    /// <param name="tokenizer">Of a file, or bytes.</param>
    /// <param name="vocabulary">The model's; ids that the tokenizer does not have are unused.</param>
    /// <param name="metadata">Receives it.</param>
    /// <exception cref="Core.Diagnostics.UserInputException">llama.cpp has no place for a part of it; says which.</exception>
    public static void Write(ITokenizer tokenizer, int vocabulary, GgufMetadata metadata)
    {
        var bpe = ByteLevelBytes.AsBpe(tokenizer);
        var pre = PreTokenizerOf(bpe.Definition);
        var (tokens, kinds) = TokensOf(bpe.Definition, vocabulary);
        metadata.Set(Prefix + "model", "gpt2");
        metadata.Set(Prefix + "pre", pre);
        metadata.Set(Prefix + "tokens", tokens);
        metadata.Set(Prefix + "token_type", kinds);
        metadata.Set(
            Prefix + "merges", [.. bpe.Definition.Vocabulary.Merges.Select(merge => $"{tokens[merge.Left]} {tokens[merge.Right]}")]);
        metadata.Set(Prefix + "bos_token_id", bpe.BosId);
        metadata.Set(Prefix + "eos_token_id", bpe.EosId);
        metadata.Set(Prefix + "add_bos_token", bpe.SpecialsBefore.Count > 0);
        metadata.Set(Prefix + "add_eos_token", bpe.SpecialsAfter.Count > 0);
    }

    /// <summary>llama.cpp's name of how text is cut.</summary>
    private static string PreTokenizerOf(TokenizerDefinition definition)
    {
        var (vocabulary, specials) = (definition.Vocabulary, definition.Specials);
        if (!vocabulary.IsByteLevel || vocabulary.UnknownToken is not null || vocabulary.Prefix.Length + vocabulary.Suffix.Length > 0)
        {
            throw No("tokens that are not of bytes (byte-level BPE)");
        }

        if (definition.Normalizer is { } normalizer)
        {
            throw No($"the normalizer ({normalizer.Description})");
        }

        if (specials.Before.Count > 1 || specials.After.Count > 1)
        {
            throw No("more than one token before or behind a text");
        }

        if (definition.Added.FirstOrDefault(a => a.IsSingleWord || a.StripsLeft || a.StripsRight) is { } odd)
        {
            throw No($"the added token '{odd.Content}', which looks at what stands beside it");
        }

        var scanner = definition.Steps switch
        {
            [ByteLevelStep { Cuts: true, AddsSpace: false }] => PreTokenizer.Gpt2,
            [SplitStep { Scanner: { } known }, ByteLevelStep { Cuts: false, AddsSpace: false }] => known,
            _ => throw No("the steps of cutting (" + string.Join(", ", definition.Steps.Select(step => step.Description)) + ")"),
        };

        // Of two names for one pattern, the second takes a whole piece that is a token without looking at the merges.
        return (scanner.Name, vocabulary.WholePieceFirst) switch
        {
            ("gpt-2", false) => "gpt-2",
            ("llama-3", false) => "dbrx",
            ("llama-3", true) => "llama-bpe",
            ("qwen2", false) => "qwen2",
            ("o200k", false) => "gpt-4o",
            (var name, _) => throw No($"ignore_merges together with the pattern of {name}"),
        };
    }

    private static (string[] Tokens, int[] Kinds) TokensOf(TokenizerDefinition definition, int vocabulary)
    {
        var (tokens, kinds) = (new string[vocabulary], new int[vocabulary]);
        var added = definition.Added.ToDictionary(a => a.Id);
        for (var id = 0; id < vocabulary; id++)
        {
            (tokens[id], kinds[id]) = added.TryGetValue(id, out var mark) ? (mark.Content, (int)KindOf(mark))
                : id < definition.Vocabulary.Tokens.Count && definition.Vocabulary.Tokens[id] is { } token ? (token, (int)Kind.Normal)
                : (string.Create(CultureInfo.InvariantCulture, $"[UNUSED{id}]"), (int)Kind.Unused);
        }

        return (tokens, kinds);
    }

    private static Kind KindOf(AddedToken token) => token.IsSpecial ? Kind.Control : Kind.UserDefined;

    private static Core.Diagnostics.UserInputException No(string what) =>
        ExchangeMistake.NoPlace($"A GGUF has no place for {what} of the model's tokenizer.", Remedy);
}
