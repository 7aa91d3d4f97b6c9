using Composer.Core;
using Composer.Core.Diagnostics;
using Composer.Language.Corpora;
using Composer.Language.Tests.Files;
using Composer.Language.Tokenizers;

namespace Composer.Language.Tests.Corpora;

/// <summary>A folder of shards is there whole or not at all, and holds what its inputs hold.</summary>
public sealed class ShardPreparationTests : IDisposable
{
    private static readonly Seed Seed = new(4);
    private static readonly CorpusSettings Bytes = new() { Tokenizer = "bytes", ValidationDocuments = 2 };

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Inputs_of_every_format_and_a_folder_become_one_corpus()
    {
        folder.Write("in/a.txt", "t1\n\nt2\n");
        folder.Write("in/README.md", "not this");
        folder.Write("in/.hidden/x.txt", "nor this");
        folder.Write("in/deep/b.txt", "t3\n");
        folder.WriteBytes("c.jsonl.zst", DataFiles.Pack(DataFiles.JsonLines(["j1", "j2"]), ".zst"));
        folder.WriteBytes("d.parquet", DataFiles.Parquet(2, ["p1", "p2", "p3"]));
        var prepared = Run(["in", "c.jsonl.zst", "d.parquet"], Bytes, "out");
        Assert.Equal(["README.md"], prepared.Left.Select(Path.GetFileName));
        Assert.Equal((6, 2), (prepared.Training.Documents, prepared.Validation.Documents));
        Assert.Equal(
            ["j1", "j2", "p1", "p2", "p3", "t1", "t2", "t3"],
            Texts("out", prepared.Training).Concat(Texts("out", prepared.Validation)).Order(StringComparer.Ordinal));
        Assert.Equal(
            ["prepared.json", "training-00000.bin", "training-00000.bin.idx", "validation-00000.bin", "validation-00000.bin.idx"],
            Directory.EnumerateFiles(folder["out"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Shards_do_not_depend_on_threads_and_are_trained_on_as_they_are()
    {
        folder.WriteBytes("a.jsonl", DataFiles.JsonLines(Enumerable.Range(0, 500).Select(i => $"text {i} and some more of it")));
        var settings = new CorpusSettings { Tokenizer = "bpe", Vocabulary = 300, ValidationDocuments = 20 };
        var one = Run(["a.jsonl"], settings, "one", threads: 1);
        var three = Run(["a.jsonl"], settings, "three", threads: 3);
        foreach (var file in Directory.EnumerateFiles(folder["one"]))
        {
            Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes(Path.Combine(folder["three"], Path.GetFileName(file))));
        }

        Assert.Equal(one.Content, three.Content);
        var corpus = new CorpusSettings
        {
            Corpus = "one/training-*.bin",
            Validation = "one/validation-*.bin",
            Tokenizer = "one/tokenizer.json",
        };
        CorpusFit.OfShards(corpus, Seed, folder.Path, length: 16);
        using var opened = CorpusPreparation.Prepare(corpus, Seed, folder.Path);
        Assert.Equal((one.Training.Tokens, one.Validation.Tokens), (opened.Training.Count, opened.Validation.Count));
    }

    [Theory]
    [InlineData(3, 1)]
    [InlineData(40, 4)]
    public void A_tenth_is_held_out_where_nobody_says_how_many(int documents, int heldOut)
    {
        folder.WriteBytes("a.jsonl", DataFiles.JsonLines(Enumerable.Range(0, documents).Select(i => $"text {i}")));
        Assert.Equal(heldOut, Run(["a.jsonl"], Bytes with { ValidationDocuments = 0 }, "out").Validation.Documents);
    }

    [Fact]
    public void What_is_skipped_is_counted()
    {
        folder.Write("a.jsonl", "{\"text\": \"a\"}\nno\n{\"text\": \"b\"}\n{}\n{\"text\": \"c\"}\n");
        folder.Write("v.jsonl", "no\n{\"text\": \"v\"}\n");
        var prepared = Run(["a.jsonl"], Bytes with { SkipBadLines = true, Validation = "v.jsonl" }, "out");
        Assert.Equal((3L, 3, 1), (prepared.Skipped, prepared.Training.Documents, prepared.Validation.Documents));
    }

    public static TheoryData<string, string, string> Mistakes => new()
    {
        { "none.txt", "bytes", "CMP6001" },
        { "empty", "bytes", "CMP6001" },
        { "bad.jsonl", "bytes", "CMP6003" },
        { "s.bin", "bytes", "CMP6030" },
        { "mixed", "bytes", "CMP6031" },
        { "one.txt", "bytes", "CMP6005" },
        { "good.txt", "none.json", "CMP6001" },
        { "good.txt", "good.txt", "CMP6002" },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void A_mistake_leaves_nothing(string input, string tokenizer, string code)
    {
        folder.Write("bad.jsonl", "{\"text\": \"a\"}\n{\"text\": \"b\"}\n{\"text\": \"c\"}\n{\"text\": 3}\n");
        folder.Write("one.txt", "one");
        folder.Write("good.txt", "a\n\nb\n\nc\n\nd\n");
        folder.Write("mixed/a.txt", "a");
        folder.Write("mixed/b.jsonl", "{\"text\": \"a\"}");
        folder.Write("empty/c.pdf", "a");
        TokenShardWriter.Write(folder["s.bin"], [[1, 2]], 300);
        var mistakes = Assert.Throws<UserInputException>(() => Run([input], Bytes with { Tokenizer = tokenizer }, "out")).Diagnostics;
        Assert.Equal(code, mistakes[0].Code);
        Assert.Empty(Directory.EnumerateDirectories(folder.Path, "out*"));
    }

    [Fact]
    public void Nothing_is_overwritten_and_what_a_killed_call_left_is_no_hindrance()
    {
        folder.Write("a.txt", "a\n\nb\n\nc\n");
        folder.Write("taken/x", "mine");
        Assert.Equal("CMP6059", Assert.Throws<UserInputException>(() => Run(["a.txt"], Bytes, "taken")).Diagnostics[0].Code);

        // A shard without its header, and files that were never finished.
        folder.WriteBytes("out.preparing/training-00000.bin", new byte[5000]);
        folder.Write("out.preparing/.lock", "");
        Directory.CreateDirectory(folder["out"]);
        Run(["a.txt"], Bytes, "out");
        Assert.False(Directory.Exists(folder["out.preparing"]));

        folder.Write("other.preparing/.lock", "");
        using (new FileStream(folder["other.preparing/.lock"], FileMode.Open, FileAccess.Write, FileShare.None))
        {
            Assert.Contains(
                "Another composer", Assert.Throws<UserInputException>(() => Run(["a.txt"], Bytes, "other")).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Cancelling_leaves_nothing()
    {
        folder.WriteBytes("a.jsonl", DataFiles.JsonLines(Enumerable.Range(0, 20_000).Select(i => $"text {i}")));
        using var cancellation = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() => ShardPreparation.Run(
            ["a.jsonl"], Bytes, Seed, folder.Path, folder["out"], 2, new Cancelling(cancellation), cancellation.Token));
        Assert.Equal(["a.jsonl"], Directory.EnumerateFileSystemEntries(folder.Path).Select(Path.GetFileName));
    }

    private PreparedShards Run(IReadOnlyList<string> inputs, CorpusSettings settings, string output, int threads = 2) =>
        ShardPreparation.Run(inputs, settings, Seed, folder.Path, folder[output], threads, null, TestContext.Current.CancellationToken);

    private IEnumerable<string> Texts(string output, TokenizedPart part)
    {
        var tokenizer = new ByteTokenizer();
        foreach (var shard in part.Shards)
        {
            using var tokens = new TokenShards(shard, [Path.Combine(folder[output], shard)], 258);
            var starts = tokens.FindDocuments(null);
            for (var i = 0; i < starts.Length; i++)
            {
                var document = new int[(i + 1 < starts.Length ? starts[i + 1] : tokens.Count) - starts[i]];
                tokens.Read(starts[i], document);
                yield return tokenizer.Decode(document);
            }
        }
    }

    private sealed class Cancelling(CancellationTokenSource cancellation) : IProgress<TokenizationProgress>
    {
        public void Report(TokenizationProgress value) => cancellation.Cancel();
    }
}
