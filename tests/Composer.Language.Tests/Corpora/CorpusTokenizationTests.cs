using System.Text;
using System.Text.Json;
using Composer.Core;
using Composer.Core.Diagnostics;
using Composer.Language.Corpora;
using Composer.Language.Tokenizers;

namespace Composer.Language.Tests.Corpora;

/// <summary>A corpus as files of tokens is the corpus as it is in memory, whoever wrote it.</summary>
public sealed class CorpusTokenizationTests(ITestOutputHelper output)
{
    private static readonly Seed Seed = new(11);

    private static readonly string[] Pieces =
        ["the cat", " sat\n", "\r\n", "\u2028", "\u0085", "é", "日本", "🦊🐾", "  ", "\t", "<|endoftext|>", "123,456", "'ll", "ſ", "\u0301", "{}"];

    [Theory]
    [InlineData("stories", "bytes")]
    [InlineData("stories", "bpe")]
    [InlineData("random.jsonl", "bytes")]
    [InlineData("random.jsonl", "bpe")]
    public void Files_hold_the_tokens_that_memory_holds_for_any_number_of_threads_and_shards(string corpus, string tokenizer)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllLines(folder["random.jsonl"], Texts(700).Select(text => JsonSerializer.Serialize(new { text })));
        var settings = new CorpusSettings
        {
            Corpus = corpus,
            Documents = 500,
            ValidationDocuments = 60,
            Tokenizer = tokenizer,
            Vocabulary = 400,
        };
        using var memory = CorpusPreparation.Prepare(settings, Seed, folder.Path);
        Dictionary<string, string>? first = null;
        foreach (var threads in (int[])[1, 2, 3, 8])
        {
            var place = Directory.CreateDirectory(folder[$"threads-{threads}"]).FullName;
            var files = CorpusTokenization.Run(settings, Seed, folder.Path, place, threads, cancellation: TestContext.Current.CancellationToken);

            AssertSame(memory, files);
            Assert.Equal((500L, 60L), (files.Training.Documents, files.Validation.Documents));
            Assert.Equal(tokenizer == "bytes", files.TokenizerPath is null);
            var digests = Directory.GetFiles(place).ToDictionary(
                f => Path.GetFileName(f), f => Digest.Of(File.ReadAllBytes(f)).ToString(), StringComparer.Ordinal);
            first ??= digests;
            Assert.Equal(first, digests);
        }

        var many = CorpusTokenization.Run(
            settings, Seed, folder.Path, Directory.CreateDirectory(folder["many"]).FullName, 2, 1000, null, CancellationToken.None);
        AssertSame(memory, many);
        Assert.InRange(many.Training.Shards.Count, 10, 1000);
        using var parts = new TokenShards("many", many.Training.Shards, many.Vocabulary);
        Assert.Equal(500, parts.FindDocuments(mark: null).Length);
        output.WriteLine($"{memory.Training.Count} tokens in {many.Training.Shards.Count} shards");
    }

    [Fact]
    public void Counts_are_those_of_the_texts()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllLines(folder["c.jsonl"], ["{\"text\": \"aé🦊\"}", "{\"text\": \"\"}", "{\"text\": \"aé🦊\"}"]);
        var settings = new CorpusSettings { Corpus = "c.jsonl", ValidationDocuments = 1, Tokenizer = "bytes" };
        var told = new List<TokenizationProgress>();

        var files = CorpusTokenization.Run(settings, Seed, folder.Path, folder.Path, 1, new Told(told));

        Assert.Equal(3, files.Training.Documents + files.Validation.Documents);
        Assert.Equal(6, files.Training.Characters + files.Validation.Characters);
        Assert.Equal(14, files.Training.Bytes + files.Validation.Bytes);
        Assert.Equal(14 + (2 * 3), files.Training.Tokens + files.Validation.Tokens);
        Assert.Equal(new TokenizationProgress(3, 3, 14), told[^1]);
    }

    [Fact]
    public void It_stops_between_documents()
    {
        using var folder = new TemporaryFolder();
        using var stop = new CancellationTokenSource();
        var settings = new CorpusSettings { Documents = 20_000, ValidationDocuments = 100, Tokenizer = "bytes" };
        var told = new List<TokenizationProgress>();

        Assert.Throws<OperationCanceledException>(() => CorpusTokenization.Run(
            settings, Seed, folder.Path, folder.Path, 2, new Told(told, stop.Cancel), stop.Token));
        Assert.InRange(told[^1].Documents, 1, 19_000);

        // What was left half written is written anew.
        var again = CorpusTokenization.Run(settings with { Documents = 50 }, Seed, folder.Path, folder.Path, 1);
        using var shards = new TokenShards("again", again.Training.Shards, again.Vocabulary);
        Assert.Equal(again.Training.Tokens, shards.Count);
    }

    [Fact]
    public void A_document_of_which_one_token_is_held_out_and_a_training_set_shorter_than_a_sequence_are_diagnostics()
    {
        Assert.Equal("CMP6005", CodeOf(() => CorpusLength.Check("c", 33, 1, 32)));
        Assert.Equal("CMP6005", CodeOf(() => CorpusLength.Check("c", 33, 0, 32)));
        Assert.Equal("CMP6005", CodeOf(() => CorpusLength.Check("c", 32, 2, 32)));
        CorpusLength.Check("c", 33, 2, 32);
    }

    [Theory]
    [InlineData(1, 20, 0, 1, "validation tokens")]
    [InlineData(2, 20, 0, 38, "training tokens")]
    [InlineData(2, 20, 2, 5, "training tokens")]
    [InlineData(2, 20, 19, 5, null)]
    [InlineData(2, 20, 20, 5, "20 documents")]
    public void Shards_too_short_are_told_before_anything_runs(int last, int others, int taken, int length, string? told)
    {
        using var folder = new TemporaryFolder();
        TokenShardWriter.Write(
            folder["s.bin"],
            Enumerable.Repeat<IReadOnlyList<int>>([1, 2], others - 1).Append([.. Enumerable.Range(0, last)]),
            300);
        var settings = new CorpusSettings
        {
            Corpus = "s.bin",
            Documents = taken,
            ValidationDocuments = 1,
            Tokenizer = "bytes",
            Vocabulary = 300,
        };
        if (told is null)
        {
            CorpusFit.OfShards(settings, Seed, folder.Path, length);
            return;
        }

        var mistake = Assert.Throws<UserInputException>(() => CorpusFit.OfShards(settings, Seed, folder.Path, length)).Diagnostics[0];
        Assert.Equal("CMP6005", mistake.Code);
        Assert.Contains(told, mistake.Message, StringComparison.Ordinal);
        Assert.NotNull(mistake.Remedy);
    }

    /// <summary>Marks lie on the borders of shards and of what is read at once, and nowhere.</summary>
    [Fact]
    public void The_last_documents_are_found_from_the_end_as_they_are_from_the_beginning()
    {
        using var folder = new TemporaryFolder();
        var random = new Random(TestSeed.Of(20261128));
        for (var round = 0; round < 20; round++)
        {
            string[] paths = [.. Enumerable.Range(0, random.Next(1, 4)).Select(i => folder[$"{round}-{i}.bin"])];
            foreach (var path in paths)
            {
                TokenShardWriter.Write(
                    path,
                    Enumerable.Range(0, random.Next(1, 6)).Select(i => (IReadOnlyList<int>)
                        [9, .. Enumerable.Repeat(1, random.Next(4) == 0 ? (1 << 16) - random.Next(3) : random.Next(0, 9))]),
                    10);
                if (random.Next(3) > 0)
                {
                    File.Delete(path + ".idx");
                }
            }

            using var shards = new TokenShards("s", paths, 10);
            var starts = shards.FindDocuments(mark: 9);
            for (var last = 1; last <= starts.Length; last++)
            {
                Assert.Equal(starts[^last], shards.FindLast(last, mark: 9, long.MaxValue));
            }

            Assert.Null(shards.FindLast(starts.Length + 1, mark: 9, long.MaxValue));
        }
    }

    [Fact]
    public void A_tokenizer_that_cannot_be_read_and_a_vocabulary_without_room_are_told_before_anything_runs()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["c.txt"], "one\n\ntwo");
        File.WriteAllText(folder["wordpiece.json"], "{\"model\": {\"type\": \"WordPiece\", \"vocab\": {}}}");
        var settings = new CorpusSettings { Corpus = "c.txt", ValidationDocuments = 1 };

        Assert.Equal("CMP6002", CodeOf(() => CorpusFit.OfText(settings with { Tokenizer = "wordpiece.json" }, folder.Path)));
        Assert.Equal("CMP6001", CodeOf(() => CorpusFit.OfText(settings with { Tokenizer = "none.json" }, folder.Path)));
        Assert.Equal("CMP6007", CodeOf(() => CorpusFit.OfText(settings with { Vocabulary = 257 }, folder.Path)));
        CorpusFit.OfText(settings with { Vocabulary = 258 }, folder.Path);
        CorpusFit.OfText(settings with { Vocabulary = 257, Tokenizer = "bytes" }, folder.Path);
    }

    private static void AssertSame(PreparedCorpus expected, TokenizedFiles files)
    {
        using var opened = TokenizedCorpus.Open(
            "c", files.Training.Shards, files.Validation.Shards, files.Vocabulary, files.Content);
        Assert.Equal(expected.ContentDigest, files.Content);
        Assert.Equal(expected.ContentDigest, opened.ContentDigest);
        Assert.Equal(expected.Vocabulary, opened.Vocabulary);
        Assert.Equal(All(expected.Training), All(opened.Training));
        Assert.Equal(All(expected.Validation), All(opened.Validation));
        Assert.Equal((expected.Training.Count, expected.Validation.Count), (files.Training.Tokens, files.Validation.Tokens));
        if (files.TokenizerPath is { } path)
        {
            Assert.Equal(expected.Tokenizer!.ContentDigest, TokenizerJson.Load(path).ContentDigest);
        }
    }

    private static IEnumerable<string> Texts(int count)
    {
        var random = new Random(TestSeed.Of(20261127));
        for (var i = 0; i < count; i++)
        {
            var text = new StringBuilder();
            for (var pieces = random.Next(0, 40); pieces > 0; pieces--)
            {
                text.Append(Pieces[random.Next(Pieces.Length)]);
            }

            yield return text.ToString();
        }
    }

    private static int[] All(ITokenSource source)
    {
        var tokens = new int[source.Count];
        source.Read(0, tokens);
        return tokens;
    }

    private static string CodeOf(Action action) => Assert.Throws<UserInputException>(action).Diagnostics[0].Code;

    private sealed class Told(List<TokenizationProgress> all, Action? then = null) : IProgress<TokenizationProgress>
    {
        public void Report(TokenizationProgress value)
        {
            all.Add(value);
            then?.Invoke();
        }
    }
}
