using Composer.Core;
using Composer.Core.Diagnostics;
using Composer.Language.Corpora;
using Composer.Training.Models;

namespace Composer.Language.Tests.Corpora;

public sealed class CorpusTests
{
    private static readonly Seed Seed = new(4);

    [Fact]
    public void Documents_stand_between_their_marks()
    {
        using var folder = new TemporaryFolder();
        folder.Write("a.txt", "one\n\ntwo\n\nthree\n");
        var corpus = CorpusPreparation.Prepare(
            new CorpusSettings { Corpus = "*.txt", Tokenizer = "bytes", ValidationDocuments = 1 }, Seed, folder.Path);
        var tokens = All(corpus.Training).Concat(All(corpus.Validation)).ToArray();
        Assert.Equal(3, tokens.Count(t => t == 256));
        Assert.Equal(3, tokens.Count(t => t == 257));
        Assert.Equal(256, tokens[0]);
        Assert.Equal(257, tokens[^1]);
        var documents = string.Concat(tokens.Select(t => t < 256 ? ((char)t).ToString() : t == 257 ? "|" : "")).Split('|')[..^1];
        Assert.Equal(["one", "three", "two"], documents.Order());
    }

    [Fact]
    public void Held_out_documents_do_not_depend_on_how_many_are_trained_on()
    {
        using var folder = new TemporaryFolder();
        folder.Write("a.txt", string.Join("\n<|endoftext|>\n", Enumerable.Range(0, 50).Select(i => $"document\n\n{i}")));
        var settings = new CorpusSettings { Corpus = "a.txt", Tokenizer = "bytes", ValidationDocuments = 5, Documents = 10 };
        var few = CorpusPreparation.Prepare(settings, Seed, folder.Path);
        var all = CorpusPreparation.Prepare(settings with { Documents = 0 }, Seed, folder.Path);
        Assert.Equal(All(few.Validation), All(all.Validation));
        Assert.Equal(10, All(few.Training).Count(t => t == 256));
        Assert.Equal(45, All(all.Training).Count(t => t == 256));
        Assert.NotEqual(few.ContentDigest, all.ContentDigest);
        Assert.Equal(few.ContentDigest, CorpusPreparation.Prepare(settings, Seed, folder.Path).ContentDigest);
    }

    [Fact]
    public void Too_few_documents_are_a_diagnostic()
    {
        using var folder = new TemporaryFolder();
        folder.Write("a.txt", "one\n\ntwo");
        Assert.Equal("CMP6005", CodeOf(() => CorpusPreparation.Prepare(
            new CorpusSettings { Corpus = "a.txt", ValidationDocuments = 2 }, Seed, folder.Path)));
    }

    [Fact]
    public void Json_lines_are_read_by_their_text()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("a.jsonl", "{\"text\": \"ein \\u00e4\"}\r\n\n{\"id\": 3, \"text\": \"zwei\"}");
        using var lines = new JsonLinesCollection("a", [path]);
        Assert.Equal(["ein ä", "zwei"], Enumerable.Range(0, lines.Count).Select(lines.Read));
    }

    [Theory]
    [InlineData("{\"text\": \"a\"}\n\n{\"text\": nul}\n", 3, 10)]
    [InlineData("{\"text\": \"a\"}\n{\"body\": \"b\"}\n", 2, 1)]
    [InlineData("[1]\n", 1, 1)]
    public void A_bad_line_is_a_diagnostic_with_its_place(string content, int line, int column)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("a.jsonl", content);
        using var lines = new JsonLinesCollection("a", [path]);
        var exception = Assert.Throws<UserInputException>(() => Enumerable.Range(0, lines.Count).Select(lines.Read).ToList());
        Assert.Equal(("CMP6003", line), (exception.Diagnostics[0].Code, exception.Diagnostics[0].Span!.Value.Line));
        Assert.InRange(exception.Diagnostics[0].Span!.Value.Column, column, column + 3);
    }

    [Theory]
    [InlineData(512)]
    [InlineData(100_000)]
    public void Shards_written_are_read_across_their_borders(int vocabulary)
    {
        using var folder = new TemporaryFolder();
        var top = vocabulary - 1;
        TokenShardWriter.Write(Path.Combine(folder.Path, "s0.bin"), [[0, 1, 2], [3, top]], vocabulary);
        TokenShardWriter.Write(Path.Combine(folder.Path, "s1.bin"), [[5, 6], [7]], vocabulary);
        using var shards = new TokenShards("s", CorpusFiles.Resolve("s*.bin", folder.Path), vocabulary);
        Assert.Equal([0, 1, 2, 3, top, 5, 6, 7], All(shards));
        var middle = new int[3];
        shards.Read(4, middle);
        Assert.Equal([top, 5, 6], middle);
        Assert.Equal([0, 3, 5, 7], shards.FindDocuments(mark: null));
    }

    [Fact]
    public void Shards_hold_out_their_last_documents_and_sample_the_rest()
    {
        using var folder = new TemporaryFolder();
        TokenShardWriter.Write(Path.Combine(folder.Path, "s.bin"), Enumerable.Range(0, 9).Select(i => (IReadOnlyList<int>)[i, i]), 300);
        var settings = new CorpusSettings { Corpus = "s.bin", ValidationDocuments = 2, Vocabulary = 300 };
        using var all = CorpusPreparation.Prepare(settings, Seed, folder.Path);
        Assert.Equal([7, 7, 8, 8], All(all.Validation));
        Assert.Equal(14, all.Training.Count);
        using var some = CorpusPreparation.Prepare(settings with { Documents = 3 }, Seed, folder.Path);
        var taken = All(some.Training);
        Assert.Equal(6, taken.Length);
        Assert.Equal(3, taken.Distinct().Count());
        Assert.All(taken, t => Assert.InRange(t, 0, 6));
    }

    [Fact]
    public void Shards_without_a_sidecar_are_parted_by_the_tokenizers_mark_or_refused()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "s.bin");
        TokenShardWriter.Write(path, [[256, 1, 257], [256, 2, 257]], 258);
        File.Delete(path + ".idx");
        using var shards = new TokenShards("s", [path], 258);
        Assert.Equal([0, 3], shards.FindDocuments(mark: 256));
        Assert.Equal("CMP6004", CodeOf(() => shards.FindDocuments(mark: null)));
    }

    [Fact]
    public void A_bad_header_a_short_file_and_a_foreign_token_are_diagnostics()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "s.bin");
        TokenShardWriter.Write(path, [[1, 400]], 512);
        using (var shards = new TokenShards("s", [path], 300))
        {
            Assert.Equal("CMP6006", CodeOf(() => All(shards)));
        }

        var bytes = File.ReadAllBytes(path);
        File.WriteAllBytes(path, bytes[..^1]);
        Assert.Equal("CMP6004", CodeOf(() => new TokenShards("s", [path], 512)));
        bytes[0] ^= 1;
        File.WriteAllBytes(path, bytes);
        Assert.Equal("CMP6004", CodeOf(() => new TokenShards("s", [path], 512)));
        File.WriteAllBytes(path, bytes[..10]);
        Assert.Equal("CMP6004", CodeOf(() => new TokenShards("s", [path], 512)));
    }

    [Fact]
    public void A_corpus_that_is_not_there_is_a_diagnostic()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal("CMP6001", CodeOf(() => CorpusFiles.Resolve("none.txt", folder.Path)));
        Assert.Equal("CMP6001", CodeOf(() => CorpusFiles.Resolve("none/*.txt", folder.Path)));
    }

    [Fact]
    public void A_stream_shifts_targets_by_one_and_visits_each_sequence_once_an_epoch()
    {
        var stream = new TokenStream(new TokenArray([.. Enumerable.Range(0, 33)]), 4, Seed);
        Assert.Equal(8, stream.SequencesPerEpoch);
        var (first, second) = (new List<int>(), new List<int>());
        var batch = new TokenBatch(2, 4, new int[8], new int[8]);
        for (var position = 0; position < 16; position += 2)
        {
            stream.Fill(position, batch);
            Assert.Equal(batch.Inputs.Select(i => i + 1), batch.Targets);
            (position < 8 ? first : second).AddRange(batch.Inputs);
        }

        Assert.Equal(Enumerable.Range(0, 32), first.Order());
        Assert.Equal(Enumerable.Range(0, 32), second.Order());
        Assert.NotEqual(first, second);
    }

    [Fact]
    public void A_stream_continues_from_its_position_alone()
    {
        var source = new TokenArray([.. Enumerable.Range(0, 101)]);
        var (running, late) = (new TokenStream(source, 5, Seed), new TokenStream(source, 5, Seed));
        var expected = new TokenBatch(3, 5, new int[15], new int[15]);
        for (var position = 0; position <= 33; position += 3)
        {
            running.Fill(position, expected);
        }

        var actual = new TokenBatch(3, 5, new int[15], new int[15]);
        late.Fill(33, actual);
        Assert.Equal(expected.Inputs, actual.Inputs);
    }

    private static int[] All(ITokenSource source)
    {
        var tokens = new int[source.Count];
        source.Read(0, tokens);
        return tokens;
    }

    private static string CodeOf(Action action) => Assert.Throws<UserInputException>(action).Diagnostics[0].Code;
}
