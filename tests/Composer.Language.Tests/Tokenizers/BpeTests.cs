using System.Diagnostics;
using System.Text;
using Composer.Core;
using Composer.Core.Diagnostics;
using Composer.Language.Corpora;
using Composer.Language.Tokenizers;
using Composer.Language.Tokenizers.Characters;
using Composer.Language.Tokenizers.PreTokenizers;

namespace Composer.Language.Tests.Tokenizers;

public sealed class BpeTests
{
    private static readonly string[] Texts =
    [
        "", "a", "Once upon a time, there was a hungry fox.", "  two  spaces\n\tand a tab ", "naïve café – 漢字 😀 'tis I'll",
        new string('=', 500), string.Concat(Enumerable.Repeat("abab ba", 60)), "\0\u007F\uFFFD",
    ];

    [Theory]
    [InlineData("gpt-2")]
    [InlineData("llama-3")]
    public void Decoding_gives_back_what_was_encoded(string preTokenizer)
    {
        var tokenizer = Train(400, preTokenizer);
        foreach (var text in Texts)
        {
            Assert.Equal(text, tokenizer.Decode([.. Encode(tokenizer, text)]));
        }
    }

    [Fact]
    public void Bytes_give_back_what_was_encoded()
    {
        foreach (var text in Texts)
        {
            Assert.Equal(text, new ByteTokenizer().Decode([.. Encode(new ByteTokenizer(), text)]));
        }
    }

    [Fact]
    public void A_hand_worked_corpus_learns_the_merges_in_order()
    {
        // "hug" 10, "pug" 5, "pun" 12, "bun" 4, "hugs" 5 as pieces of their own: the published example of BPE.
        var words = new[] { ("hug", 10), ("pug", 5), ("pun", 12), ("bun", 4), ("hugs", 5) };
        var documents = words.SelectMany(w => Enumerable.Repeat(w.Item1, w.Item2));
        var tokenizer = BpeTrainer.Train(documents, 256 + 3 + 2, PreTokenizer.Gpt2);
        Assert.Equal(["ug", "un", "hug"], Enumerable.Range(256, 3).Select(id => tokenizer.Decode([id])));
    }

    [Fact]
    public void Ties_go_to_the_lowest_pair_of_ids()
    {
        // Three pairs, each seen once. '!' is id 0, 'a' 64, 'b' 65, 'c' 66 in the order of the byte-level alphabet.
        var tokenizer = BpeTrainer.Train(["ca", "bc", "ab"], 256 + 3 + 2, PreTokenizer.Gpt2);
        Assert.Equal(["ab", "bc", "ca"], Enumerable.Range(256, 3).Select(id => tokenizer.Decode([id])));
        Assert.Equal("!", tokenizer.Decode([0]));
    }

    [Fact]
    public void Training_agrees_with_recounting_every_pair_for_every_merge()
    {
        string[] documents = [.. Enumerable.Range(0, 12).Select(i => new StoriesCollection(new Seed(3), 12).Read(i)), "aaaa aaa aaaaa"];
        var expected = RecountedMerges(documents, 60);
        var tokenizer = BpeTrainer.Train(documents, 256 + 60 + 2, PreTokenizer.Gpt2);
        Assert.Equal(expected, Enumerable.Range(256, 60).Select(id => tokenizer.Decode([id])));
    }

    [Fact]
    public void Training_stops_when_no_pair_is_left()
    {
        var tokenizer = BpeTrainer.Train(["ab"], 512, PreTokenizer.Gpt2);
        Assert.Equal(256 + 1 + 2, tokenizer.VocabularySize);
    }

    [Fact]
    public void Long_pieces_merge_as_short_ones_do()
    {
        var rng = new Rng(new Seed(5));
        var tokenizer = Train(400, "gpt-2");
        for (var i = 0; i < 50; i++)
        {
            // One piece of letters beyond the length that is scanned, next to its own prefix below it.
            var letters = string.Concat(Enumerable.Range(0, 300).Select(_ => "theandwsig"[rng.NextInt(10)]));
            Assert.Equal(letters, tokenizer.Decode([.. Encode(tokenizer, letters)]));
            Assert.Equal(MergedSlowly(tokenizer, letters), Encode(tokenizer, letters));
            Assert.Equal(MergedSlowly(tokenizer, letters[..100]), Encode(tokenizer, letters[..100]));
        }
    }

    [Fact]
    public void A_saved_tokenizer_reads_back_equal()
    {
        using var folder = new TemporaryFolder();
        var tokenizer = Train(350, "llama-3");
        var path = Path.Combine(folder.Path, "tokenizer.json");
        using (var stream = File.Create(path))
        {
            TokenizerJson.Save(tokenizer, stream);
        }

        var read = TokenizerFile.Load(path);
        Assert.Equal(tokenizer.ContentDigest, read.ContentDigest);
        Assert.Equal((tokenizer.BosId, tokenizer.EosId, tokenizer.VocabularySize), (read.BosId, read.EosId, read.VocabularySize));
        Assert.All(Texts, text => Assert.Equal(Encode(tokenizer, text), Encode(read, text)));
    }

    [Fact]
    public void Merges_written_as_texts_and_specials_listed_in_the_vocabulary_are_read()
    {
        using var folder = new TemporaryFolder();
        var read = TokenizerFile.Load(folder.Write("tokenizer.json", Gpt2Json("\"h e\", \"he y\"", ignoreMerges: false)));
        Assert.Equal([257], Encode(read, "hey"));
        Assert.Equal(258, read.BosId);
        Assert.Equal(258, read.EosId);
    }

    [Fact]
    public void Ignore_merges_takes_a_whole_piece_first()
    {
        using var folder = new TemporaryFolder();
        var withMerges = TokenizerFile.Load(folder.Write("a.json", Gpt2Json("\"h e\"", ignoreMerges: false)));
        var ignoring = TokenizerFile.Load(folder.Write("b.json", Gpt2Json("\"h e\"", ignoreMerges: true)));
        Assert.Equal(2, Encode(withMerges, "hey").Count);
        Assert.Equal([257], Encode(ignoring, "hey"));
    }

    [Fact]
    public void A_missing_file_is_a_diagnostic() =>
        Assert.Equal("CMP6001", Assert.Throws<UserInputException>(() => TokenizerFile.Load("/nowhere/t.json")).Diagnostics[0].Code);

    [Fact]
    public void A_vocabulary_of_512_is_learned_from_a_megabyte_in_seconds()
    {
        var stories = new StoriesCollection(new Seed(1), 2000);
        string[] documents = [.. Enumerable.Range(0, 2000).Select(stories.Read)];
        var watch = Stopwatch.StartNew();
        var tokenizer = BpeTrainer.Train(documents, 512, PreTokenizer.Gpt2);
        Assert.Equal(512, tokenizer.VocabularySize);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10), $"{documents.Sum(d => d.Length)} characters took {watch.Elapsed}.");
    }

    private static List<int> Encode(ITokenizer tokenizer, string text)
    {
        var tokens = new List<int>();
        tokenizer.Encode(text, tokens);
        return tokens;
    }

    private static BpeTokenizer Train(int vocabulary, string preTokenizer)
    {
        var stories = new StoriesCollection(new Seed(2), 60);
        return BpeTrainer.Train(
            Enumerable.Range(0, 60).Select(stories.Read),
            vocabulary,
            preTokenizer == "gpt-2" ? PreTokenizer.Gpt2 : PreTokenizer.Llama3);
    }

    private static List<int> MergedSlowly(BpeTokenizer tokenizer, string piece)
    {
        var vocabulary = tokenizer.Definition.Vocabulary;
        var ids = Encoding.UTF8.GetBytes(piece)
            .Select(b => Enumerable.Range(0, 256).First(id => vocabulary.Tokens[id] == ByteLevelAlphabet.Write([b]))).ToList();
        foreach (var merge in vocabulary.Merges)
        {
            for (var i = 0; i + 1 < ids.Count; i++)
            {
                if (ids[i] == merge.Left && ids[i + 1] == merge.Right)
                {
                    ids[i] = merge.Result;
                    ids.RemoveAt(i + 1);
                }
            }
        }

        return ids;
    }

    private static List<string> RecountedMerges(string[] documents, int merges)
    {
        var words = new Dictionary<string, (List<string> Symbols, int Count)>();
        foreach (var document in documents)
        {
            for (var start = 0; start < document.Length;)
            {
                var end = PreTokenizer.Gpt2.PieceEnd(document, start);
                var word = document[start..end];
                var symbols = words.TryGetValue(word, out var known) ? known.Symbols : [.. word.Select(c => c.ToString())];
                words[word] = (symbols, known.Count + 1);
                start = end;
            }
        }

        // Texts are ASCII: the byte-level alphabet is in the order of the characters, the space after them all.
        var ids = Enumerable.Range(33, 94).Append(32).Select((c, i) => (((char)c).ToString(), i)).ToDictionary(p => p.Item1, p => p.i);
        var result = new List<string>();
        for (var m = 0; m < merges; m++)
        {
            var counts = new Dictionary<(string, string), int>();
            foreach (var (symbols, count) in words.Values)
            {
                for (var i = 0; i + 1 < symbols.Count; i++)
                {
                    var pair = (symbols[i], symbols[i + 1]);
                    counts[pair] = counts.GetValueOrDefault(pair) + count;
                }
            }

            var best = counts.OrderByDescending(p => p.Value).ThenBy(p => ids[p.Key.Item1]).ThenBy(p => ids[p.Key.Item2]).First().Key;
            var merged = best.Item1 + best.Item2;
            ids.TryAdd(merged, 256 + m);
            result.Add(merged);
            foreach (var (symbols, _) in words.Values)
            {
                for (var i = 0; i + 1 < symbols.Count; i++)
                {
                    if ((symbols[i], symbols[i + 1]) == best)
                    {
                        symbols[i] = merged;
                        symbols.RemoveAt(i + 1);
                    }
                }
            }
        }

        return result;
    }

    private static string Gpt2Json(string merges, bool ignoreMerges)
    {
        var alphabet = Enumerable.Range(0, 256).Select(b => ByteLevelAlphabet.Write([(byte)b]));
        var vocabulary = alphabet.Concat(["he", "hey", "<|endoftext|>"])
            .Select((token, id) => $"{System.Text.Json.JsonSerializer.Serialize(token)}: {id}");
        return $$"""
            {
              "added_tokens": [{ "id": 258, "content": "<|endoftext|>", "special": true }],
              "normalizer": null,
              "pre_tokenizer": { "type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true },
              "model": { "type": "BPE", "ignore_merges": {{(ignoreMerges ? "true" : "false")}},
                "vocab": { {{string.Join(", ", vocabulary)}} }, "merges": [{{merges}}] }
            }
            """;
    }
}
