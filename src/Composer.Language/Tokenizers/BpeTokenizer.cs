using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Composer.Core;
using Composer.Language.Tokenizers.Added;
using Composer.Language.Tokenizers.Bpe;
using Composer.Language.Tokenizers.PreTokenizers;

namespace Composer.Language.Tokenizers;

/// <summary>
/// A BPE tokenizer as Hugging Face's tokenizers runs one: added tokens are found in the text, what lies between is
/// normalized and cut into pieces, and in each piece the model merges.
/// </summary>
/// <remarks>
/// Thread-safe. Each call takes an encoder of its own, which remembers the pieces it saw, and gives it back; threads share
/// nothing that is written.
/// </remarks>
public sealed class BpeTokenizer : ITokenizer
{
    private static readonly string[] BosNames = ["<|begin_of_text|>", "<s>", "<bos>", "<|bos|>", "<|endoftext|>"];
    private static readonly string[] EosNames = ["<|end_of_text|>", "</s>", "<eos>", "<|eos|>", "<|endoftext|>"];

    private readonly ConcurrentBag<Encoder> encoders = [];
    private readonly BpeModel model;
    private readonly AddedTokenFinder? inText;
    private readonly AddedTokenFinder? inNormalizedText;
    private readonly PreTokenizer? scanner;
    private readonly bool isOnePiece;
    private readonly bool addsSpace;
    private readonly Dictionary<int, AddedToken> addedById;

    /// <exception cref="TokenizerPartException">Its parts do not fit each other; says which.</exception>
    internal BpeTokenizer(TokenizerDefinition definition)
    {
        Definition = definition;
        model = new BpeModel(definition.Vocabulary);
        addedById = definition.Added.ToDictionary(a => a.Id);
        var normalizer = definition.Normalizer;
        inText = FinderOf(definition.Added.Where(a => !a.IsNormalized).Select(a => (a.Content, a)));
        inNormalizedText = FinderOf(definition.Added.Where(a => a.IsNormalized)
            .Select(a => (normalizer?.Normalize(a.Content) ?? a.Content, a)));
        (scanner, isOnePiece, addsSpace) = definition.Steps switch
        {
            [ByteLevelStep { Cuts: true } only] when definition.Vocabulary.IsByteLevel => (PreTokenizer.Gpt2, false, only.AddsSpace),
            [ByteLevelStep only] when definition.Vocabulary.IsByteLevel => (null, true, only.AddsSpace),
            [SplitStep { Scanner: { } known }, ByteLevelStep { Cuts: false, AddsSpace: false }] => (known, false, false),
            _ => (null, false, false),
        };
        if (definition.Steps.Skip(1).Any(s => s is MetaspaceStep { Scheme: PrependScheme.First })
            || (definition.Steps.Any(s => s is MetaspaceStep { Scheme: PrependScheme.First }) && normalizer is { MovesStart: true }))
        {
            throw new TokenizerPartException("its Metaspace with prepend_scheme 'first' comes after what changes where the text begins");
        }

        var last = definition.Added.Count == 0 ? -1 : definition.Added.Max(a => a.Id);
        VocabularySize = Math.Max(definition.Vocabulary.Tokens.Count, last + 1);
        var (bos, eos) = (Named(BosNames), Named(EosNames));
        BosId = bos ?? Mark(definition.Specials.Before) ?? eos
            ?? throw new TokenizerPartException(
                "no added token marks where a document begins or ends",
                $"Add one to 'added_tokens' with one of the names {string.Join(", ", BosNames.Union(EosNames))}.");
        EosId = eos ?? Mark(definition.Specials.After) ?? BosId;
        ContentDigest = DigestOf(definition);
    }

    public string Name => $"bpe-{VocabularySize}";

    public int VocabularySize { get; }

    public int BosId { get; }

    public int EosId { get; }

    public string BosText => TextOf(BosId) ?? "";

    public IReadOnlyList<int> SpecialsBefore => Definition.Specials.Before;

    public IReadOnlyList<int> SpecialsAfter => Definition.Specials.After;

    public Digest ContentDigest { get; }

    internal TokenizerDefinition Definition { get; }

    public void Encode(ReadOnlySpan<char> text, List<int> tokens)
    {
        if (!encoders.TryTake(out var encoder))
        {
            encoder = new Encoder(this);
        }

        encoder.Encode(text, tokens);
        encoders.Add(encoder);
    }

    public string Decode(ReadOnlySpan<int> tokens)
    {
        var texts = new List<string>(tokens.Length);
        foreach (var token in tokens)
        {
            if (TextOf(token) is { } text && !(addedById.TryGetValue(token, out var added) && added.IsSpecial))
            {
                texts.Add(text);
            }
        }

        return texts.Count == 0 ? ""
            : Definition.Decoder is { } decoder ? string.Concat(decoder.Decode(texts))
            : string.Join(' ', texts);
    }

    private static AddedTokenFinder? FinderOf(IEnumerable<(string Pattern, AddedToken Token)> tokens) =>
        tokens.ToArray() is { Length: > 0 } some ? new AddedTokenFinder(some) : null;

    public string? TextOf(int token) =>
        addedById.TryGetValue(token, out var added) ? added.Content
        : token >= 0 && token < Definition.Vocabulary.Tokens.Count ? Definition.Vocabulary.Tokens[token]
        : null;

    private int? Named(string[] names) =>
        names.Select(name => Definition.Added.FirstOrDefault(a => a.Content == name)?.Id).FirstOrDefault(id => id is not null);

    private int? Mark(IReadOnlyList<int> specials) => specials.Count > 0 && addedById.ContainsKey(specials[0]) ? specials[0] : null;

    private static Digest DigestOf(TokenizerDefinition definition)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var number = new byte[sizeof(int)];
        Text("composer-tokenizer-2");
        Text(definition.Vocabulary.Description);
        Text(definition.Normalizer?.Description ?? "");
        Number(definition.Steps.Count);
        foreach (var step in definition.Steps)
        {
            Text(step.Description);
        }

        Number(definition.Vocabulary.Tokens.Count);
        foreach (var token in definition.Vocabulary.Tokens)
        {
            Text(token);
        }

        Number(definition.Vocabulary.Merges.Count);
        foreach (var merge in definition.Vocabulary.Merges)
        {
            Number(merge.Left);
            Number(merge.Right);
            Number(merge.Rank);
            Number(merge.Result);
        }

        foreach (var added in definition.Added.OrderBy(a => a.Id))
        {
            Number(added.Id);
            Text(added.Content);
            Text($"{added.IsSingleWord} {added.StripsLeft} {added.StripsRight} {added.IsNormalized}");
        }

        return new Digest(hash.GetHashAndReset());

        void Number(int value)
        {
            BinaryPrimitives.WriteInt32LittleEndian(number, value);
            hash.AppendData(number);
        }

        void Text(string? text)
        {
            var bytes = text is null ? [] : Encoding.UTF8.GetBytes(text);
            Number(text is null ? -1 : bytes.Length);
            hash.AppendData(bytes);
        }
    }

    /// <summary>What one thread encodes with.</summary>
    private sealed class Encoder(BpeTokenizer owner)
    {
        private readonly PieceCache cache = new();
        private readonly List<(int Start, int End, AddedToken? Token)> parts = [];
        private readonly List<(int Start, int End, AddedToken? Token)> normalizedParts = [];

        public void Encode(ReadOnlySpan<char> text, List<int> tokens)
        {
            if (owner.inText is null)
            {
                EncodeSection(text, isStart: true, tokens);
                return;
            }

            parts.Clear();
            owner.inText.Cut(text, parts);
            foreach (var (start, end, token) in parts)
            {
                if (token is not null)
                {
                    tokens.Add(token.Id);
                }
                else
                {
                    EncodeSection(text[start..end], start == 0, tokens);
                }
            }
        }

        private void EncodeSection(ReadOnlySpan<char> section, bool isStart, List<int> tokens)
        {
            if (owner.Definition.Normalizer is { } normalizer)
            {
                section = normalizer.Normalize(WithoutLoneSurrogates(section));
            }

            if (owner.inNormalizedText is null)
            {
                EncodeNormalized(section, isStart, tokens);
                return;
            }

            normalizedParts.Clear();
            owner.inNormalizedText.Cut(section, normalizedParts);
            foreach (var (start, end, token) in normalizedParts)
            {
                if (token is not null)
                {
                    tokens.Add(token.Id);
                }
                else
                {
                    EncodeNormalized(section[start..end], isStart && start == 0, tokens);
                }
            }
        }

        private void EncodeNormalized(ReadOnlySpan<char> text, bool isStart, List<int> tokens)
        {
            if (text.IsEmpty)
            {
                return;
            }

            if (owner.addsSpace && text[0] != ' ')
            {
                text = string.Concat(" ", text);
            }

            if (owner.scanner is { } scanner)
            {
                for (var start = 0; start < text.Length;)
                {
                    var end = scanner.PieceEnd(text, start);
                    owner.model.Encode(text[start..end], cache, tokens);
                    start = end;
                }
            }
            else if (owner.isOnePiece)
            {
                owner.model.Encode(text, cache, tokens);
            }
            else
            {
                EncodeInSteps(WithoutLoneSurrogates(text), isStart, tokens);
            }
        }

        private void EncodeInSteps(string text, bool isStart, List<int> tokens)
        {
            var pieces = new PreTokenizedText(text, isStart);
            foreach (var step in owner.Definition.Steps)
            {
                step.Apply(pieces);
            }

            foreach (var (start, end) in pieces.Pieces)
            {
                owner.model.Encode(pieces.Text.AsSpan(start, end - start), cache, tokens);
            }
        }

        /// <summary>As UTF-8 would bring the text: U+FFFD for each lone surrogate.</summary>
        private static string WithoutLoneSurrogates(ReadOnlySpan<char> text)
        {
            var result = new string(text);
            return !text.ContainsAnyInRange('\uD800', '\uDFFF') ? result : Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(result));
        }
    }
}
