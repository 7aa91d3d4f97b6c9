using System.Runtime.InteropServices;
using System.Text;

using Composer.Language.Tokenizers.Added;
using Composer.Language.Tokenizers.Bpe;
using Composer.Language.Tokenizers.Characters;
using Composer.Language.Tokenizers.PreTokenizers;

namespace Composer.Language.Tokenizers;

/// <summary>
/// Learns a byte-level BPE vocabulary: the most frequent pair of neighbouring tokens merges, ties to the
/// lowest (id, id); the initial alphabet is all 256 bytes in the order of their byte-level characters.
/// </summary>
/// <remarks>
/// Deterministic. Pair counts are kept up to date word by word, so that a merge costs what it touches. The
/// last two ids are <c>&lt;|begin_of_text|&gt;</c> and <c>&lt;|end_of_text|&gt;</c>.
/// </remarks>
public sealed class BpeTrainer
{
    private const int SpecialCount = 2;

    private readonly List<byte[]> tokens = [.. ByteLevelAlphabet.BytesInCharacterOrder.Select(b => new[] { b })];
    private readonly List<BpeMerge> merges = [];
    private readonly Dictionary<(int Left, int Right), long> counts = [];
    private readonly Dictionary<(int Left, int Right), List<int>> wordsOfPair = [];
    private readonly PriorityQueue<(int Left, int Right), (long NegatedCount, int Left, int Right)> queue = new();
    private readonly List<int[]> words = [];
    private readonly List<long> frequencies = [];

    private BpeTrainer()
    {
    }

    /// <summary>The least vocabulary: every byte and the two marks.</summary>
    public static int MinimumVocabulary => 256 + SpecialCount;

    /// <param name="documents">What to learn from; read once.</param>
    /// <param name="vocabularySize">Wanted number of ids, marks included; fewer when the text has no more pairs.</param>
    /// <param name="preTokenizer">What merges stay within.</param>
    /// <exception cref="Composer.Core.Diagnostics.UserInputException">The vocabulary cannot hold the bytes and marks.</exception>
    public static BpeTokenizer Train(IEnumerable<string> documents, int vocabularySize, PreTokenizer preTokenizer)
    {
        if (vocabularySize < MinimumVocabulary)
        {
            throw LanguageMistake.VocabularyTooSmall(vocabularySize, MinimumVocabulary);
        }

        var trainer = new BpeTrainer();
        trainer.Count(documents, preTokenizer);
        while (trainer.tokens.Count < vocabularySize - SpecialCount && trainer.MergeMostFrequent())
        {
        }

        var first = trainer.tokens.Count;
        var vocabulary = new BpeVocabulary(
            [.. trainer.tokens.Select(t => ByteLevelAlphabet.Write(t))], trainer.merges, IsByteLevel: true, WholePieceFirst: false);
        AddedToken[] marks = [new(first, "<|begin_of_text|>"), new(first + 1, "<|end_of_text|>")];
        return new BpeTokenizer(TokenizerDefinition.ByteLevel(vocabulary, marks, preTokenizer));
    }

    private void Count(IEnumerable<string> documents, PreTokenizer preTokenizer)
    {
        var pieces = new Dictionary<string, int>(StringComparer.Ordinal);
        var bySpan = pieces.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (var document in documents)
        {
            for (var start = 0; start < document.Length;)
            {
                var end = preTokenizer.PieceEnd(document, start);
                var piece = document.AsSpan(start, end - start);
                if (!bySpan.TryGetValue(piece, out var word))
                {
                    word = pieces.Count;
                    bySpan[piece] = word;
                    frequencies.Add(0);
                }

                frequencies[word]++;
                start = end;
            }
        }

        var idOfByte = new int[256];
        for (var id = 0; id < 256; id++)
        {
            idOfByte[tokens[id][0]] = id;
        }

        // Insertion order is word order: nothing was removed.
        foreach (var piece in pieces.Keys)
        {
            words.Add(Array.ConvertAll(Encoding.UTF8.GetBytes(piece), b => idOfByte[b]));
        }

        for (var word = 0; word < words.Count; word++)
        {
            AddPairs(word, frequencies[word]);
        }

        foreach (var (pair, count) in counts)
        {
            queue.Enqueue(pair, (-count, pair.Left, pair.Right));
        }
    }

    private bool MergeMostFrequent()
    {
        while (queue.TryDequeue(out var pair, out var priority))
        {
            var count = counts[pair];
            if (count != -priority.NegatedCount)
            {
                continue; // Out of date: the pair was queued again when its count rose, or is below.
            }

            if (count <= 0)
            {
                return false;
            }

            var result = tokens.Count;
            tokens.Add([.. tokens[pair.Left], .. tokens[pair.Right]]);
            merges.Add(new BpeMerge(pair.Left, pair.Right, merges.Count, result));
            Replace(pair, result);
            return true;
        }

        return false;
    }

    private void Replace((int Left, int Right) pair, int result)
    {
        var touched = new HashSet<(int Left, int Right)>();
        foreach (var word in wordsOfPair[pair])
        {
            var old = words[word];
            var merged = new List<int>(old.Length);
            for (var i = 0; i < old.Length; i++)
            {
                if (i + 1 < old.Length && old[i] == pair.Left && old[i + 1] == pair.Right)
                {
                    merged.Add(result);
                    i++;
                }
                else
                {
                    merged.Add(old[i]);
                }
            }

            if (merged.Count == old.Length)
            {
                continue; // Another merge took this word's last such pair.
            }

            Touch(old, touched);
            AddPairs(word, -frequencies[word]);
            words[word] = [.. merged];
            Touch(words[word], touched);
            AddPairs(word, frequencies[word]);
        }

        wordsOfPair.Remove(pair);
        foreach (var changed in touched)
        {
            queue.Enqueue(changed, (-counts[changed], changed.Left, changed.Right));
        }
    }

    private static void Touch(int[] word, HashSet<(int Left, int Right)> touched)
    {
        for (var i = 0; i + 1 < word.Length; i++)
        {
            touched.Add((word[i], word[i + 1]));
        }
    }

    /// <summary>Adds a word's pairs to the counts; a negative frequency takes them away.</summary>
    private void AddPairs(int word, long frequency)
    {
        var ids = words[word];
        for (var i = 0; i + 1 < ids.Length; i++)
        {
            var pair = (ids[i], ids[i + 1]);
            CollectionsMarshal.GetValueRefOrAddDefault(counts, pair, out _) += frequency;
            if (frequency > 0)
            {
                ref var list = ref CollectionsMarshal.GetValueRefOrAddDefault(wordsOfPair, pair, out _);
                list ??= [];
                if (list.Count == 0 || list[^1] != word)
                {
                    list.Add(word);
                }
            }
        }
    }
}
