using System.Text;
using Composer.Core;
using Composer.Core.Diagnostics;
using Composer.Language.Corpora;
using Composer.Language.Tests.Files;

namespace Composer.Language.Tests.Corpora;

/// <summary>The text's field, lines that are left out, and files of their own that are held out.</summary>
public sealed class DocumentOptionsTests : IDisposable
{
    private static readonly Seed Seed = new(4);
    private static readonly DocumentOptions Skipping = new("text", SkipsBadLines: true);
    private static readonly CorpusSettings Settings = new() { Tokenizer = "bytes", ValidationDocuments = 1 };

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>Lines that are no document, each refused alone, and each left out among good ones, wherever it stands.</summary>
    public static TheoryData<string, byte[]> BadLines => new()
    {
        { "no JSON", [.. "{\"text\": \"a"u8] },
        { "no object", [.. "[1]"u8] },
        { "no field", [.. "{\"body\": \"a\"}"u8] },
        { "no text", [.. "{\"text\": 3}"u8] },
        { "half a pair", [.. "{\"text\": \"\\ud800\"}"u8] },
        { "Latin-1", [.. "{\"text\": \"f"u8, 0xFC, .. "r\"}"u8] },
        { "a NUL", [.. "{\"text\": \"a"u8, 0, .. "\"}"u8] },
        { "a mark within", [0xEF, 0xBB, 0xBF, .. "{\"text\": \"a\"}"u8] },
        { "two objects", [.. "{\"text\": \"a\"} {\"text\": \"b\"}"u8] },
    };

    [Theory]
    [MemberData(nameof(BadLines))]
    public void A_bad_line_of_json_is_left_out_and_counted(string what, byte[] bad)
    {
        // A NUL among the first bytes says that the file is no text at all.
        var start = new string('x', 9000);
        foreach (var packing in DataFiles.Packings)
        {
            foreach (var end in new[] { "\n", "\r\n" })
            {
                byte[] Line(string text) => Encoding.UTF8.GetBytes($"{{\"text\": \"{text}\"}}{end}");
                byte[] badLine = [.. bad, .. Encoding.UTF8.GetBytes(end)];
                byte[] bytes = [.. Line(start), .. Line("öne"), .. badLine, .. Line(""), .. badLine, .. badLine, .. "\n"u8, .. Line("three"), .. bad];
                var path = folder.WriteBytes($"a.jsonl{packing}", DataFiles.Pack(bytes, packing));
                var lines = new JsonLinesCollection(what, [path], Skipping);
                Assert.Equal(4, lines.Skipped);
                Assert.Equal([start, "öne", "", "three"], DataFiles.ReadAll(lines));
                Assert.Equal(4, CorpusFormats.Of(path).CountDocuments(path, Skipping));
                Assert.Throws<UserInputException>(() => CorpusFormats.Of(path).CountDocuments(path, DocumentOptions.Default));
            }
        }
    }

    [Fact]
    public void A_mark_at_a_files_start_is_no_bad_line()
    {
        var path = folder.WriteBytes("a.jsonl", [0xEF, 0xBB, 0xBF, .. "{\"text\": \"a\"}\n"u8]);
        var lines = new JsonLinesCollection("a", [path], Skipping);
        Assert.Equal(0, lines.Skipped);
        Assert.Equal(["a"], DataFiles.ReadAll(lines));
    }

    [Fact]
    public void Bad_lines_of_text_are_left_out_of_its_documents()
    {
        byte[] latin = [(byte)'f', 0xFC, (byte)'r', (byte)'\n'];
        foreach (var (separator, name) in new[] { ("\n", "blank lines"), ("<|endoftext|>", "marks") })
        {
            byte[] bytes = [.. "one\n"u8, .. latin, .. "more\n"u8, .. Encoding.UTF8.GetBytes(separator), .. latin, .. "two\n"u8, .. latin[..^1]];
            var path = folder.WriteBytes("a.txt", bytes);
            var text = new TextFileCollection(name, [path], TextFileCollection.LongestDocumentBytes, skipsBadLines: true);
            Assert.Equal(3, text.Skipped);
            Assert.Equal(["one\nmore", "two"], DataFiles.ReadAll(text));
        }
    }

    /// <summary>Long lines and pieces that cut them: the same lines are found wherever a piece ends.</summary>
    [Fact]
    public void Lines_are_left_out_wherever_a_piece_ends()
    {
        var rng = new Rng(new Seed((ulong)TestSeed.Of(7)));
        var (bytes, expected, bad) = (new MemoryStream(), new List<string>(), 0);
        for (var i = 0; i < 400; i++)
        {
            var text = new string((char)('a' + rng.NextInt(26)), rng.NextInt(rng.NextBool(0.05) ? 300_000 : 3000));
            if (rng.NextBool(0.3))
            {
                bytes.Write([.. "{\"text\": \""u8, .. Encoding.UTF8.GetBytes(text), 0xFF, .. "\"}\n"u8]);
                bad++;
            }
            else
            {
                bytes.Write(Encoding.UTF8.GetBytes($"{{\"text\": \"{text}\"}}\n"));
                expected.Add(text);
            }
        }

        var lines = new JsonLinesCollection("a", [folder.WriteBytes("a.jsonl", bytes.ToArray())], Skipping);
        Assert.Equal(bad, lines.Skipped);
        int[] order = [.. Enumerable.Range(0, lines.Count)];
        rng.Shuffle<int>(order);
        using (lines)
        {
            Assert.All(order.Take(50), i => Assert.Equal(expected[i], lines.Read(i)));
            Assert.Equal(expected.Count, lines.Count);
        }
    }

    [Fact]
    public void Rows_of_parquet_without_a_text_are_left_out()
    {
        var path = folder.WriteBytes("a.parquet", DataFiles.Parquet(3, ["a", null, "b", null, null, null, "c", "d"], "body"));
        var rows = new ParquetCollection("a", [path], new DocumentOptions("body", SkipsBadLines: true));
        Assert.Equal(4, rows.Skipped);
        Assert.Equal(["a", "b", "c", "d"], DataFiles.ReadAll(rows));
        Assert.Throws<UserInputException>(() => DataFiles.ReadAll(new ParquetCollection("a", [path], new("body", false))));
    }

    [Theory]
    [InlineData("a.jsonl", "name one with 'text_field'")]
    [InlineData("a.parquet", "name the texts' with 'text_field'")]
    public void The_texts_field_has_any_name_and_a_wrong_one_is_told_with_those_that_there_are(string name, string remedy)
    {
        var path = folder.WriteBytes(name, name.EndsWith('t')
            ? DataFiles.Parquet(2, ["one", "two"], "content")
            : [.. "{\"id\": 1, \"content\": \"one\", \"n\": {\"text\": \"no\"}}\n{\"content\": \"two\"}\n"u8]);
        var format = CorpusFormats.Of(path);
        Assert.Equal(["one", "two"], DataFiles.ReadAll(format.Open(name, [path], new DocumentOptions("content", false))));
        var mistake = Assert.Single(Assert.Throws<UserInputException>(
            () => DataFiles.ReadAll(format.Open(name, [path], DocumentOptions.Default))).Diagnostics);
        Assert.Contains("'text'", mistake.Message, StringComparison.Ordinal);
        Assert.Contains("content", mistake.Remedy, StringComparison.Ordinal);
        Assert.Contains(remedy, mistake.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_of_their_own_are_held_out_whole_and_nothing_of_the_corpus()
    {
        folder.Write("a.jsonl", string.Concat(Enumerable.Range(0, 7).Select(i => $"{{\"text\": \"a{i}\"}}\n")));
        folder.Write("held.txt", "x1\n\nx2\n\nx3\n");
        var settings = Settings with { Corpus = "a.jsonl", Validation = "held.txt" };
        using var corpus = CorpusPreparation.Prepare(settings, Seed, folder.Path);
        var bytes = new Language.Tokenizers.ByteTokenizer();
        Assert.Equal(["a0", "a1", "a2", "a3", "a4", "a5", "a6"], Texts(corpus.Training));
        Assert.Equal(["x1", "x2", "x3"], Texts(corpus.Validation));

        var files = CorpusTokenization.Run(settings, Seed, folder.Path, Directory.CreateDirectory(folder["out"]).FullName, threads: 2);
        Assert.Equal((7, 3), (files.Training.Documents, files.Validation.Documents));
        Assert.Equal(corpus.ContentDigest, files.Content);

        IEnumerable<string> Texts(ITokenSource source)
        {
            var tokens = new int[source.Count];
            source.Read(0, tokens);
            return bytes.Decode(tokens).Length == 0 ? [] : Split(tokens).Select(t => bytes.Decode(t.ToArray()));
        }

        IEnumerable<List<int>> Split(int[] tokens)
        {
            var document = new List<int>();
            foreach (var token in tokens)
            {
                document.Add(token);
                if (token == bytes.EosId)
                {
                    yield return document;
                    document = [];
                }
            }
        }
    }

    [Fact]
    public void The_held_out_files_are_part_of_what_a_key_covers()
    {
        folder.Write("a.txt", "one\n\ntwo\n");
        folder.Write("held.txt", "x\n");
        var (alone, with) = (Settings with { Corpus = "a.txt" }, Settings with { Corpus = "a.txt", Validation = "held.txt" });
        var first = CorpusPreparation.SourceDigest(with, folder.Path);
        Assert.NotEqual(CorpusPreparation.SourceDigest(alone, folder.Path), first);
        folder.Write("held.txt", "y\n");
        Assert.NotEqual(first, CorpusPreparation.SourceDigest(with, folder.Path));
    }

    [Theory]
    [InlineData("a.txt", "none.txt", "CMP6001")]
    [InlineData("a.txt", "s.bin", "CMP6058")]
    [InlineData("s.bin", "a.txt", "CMP6058")]
    [InlineData("stories", "a.txt", "CMP6058")]
    [InlineData("a.txt", "bad.jsonl", "CMP6003")]
    [InlineData("a.txt", "blank.txt", "CMP6005")]
    public void Held_out_files_that_do_not_go_with_the_corpus_are_refused_beforehand(string corpus, string validation, string code)
    {
        folder.Write("a.txt", "one\n\ntwo\n");
        folder.Write("bad.jsonl", "{\"text\": 1}\n");
        folder.Write("blank.txt", " \n");
        TokenShardWriter.Write(folder["s.bin"], [[1, 2, 3], [4, 5]], 300);
        var settings = Settings with { Corpus = corpus, Validation = validation };
        var mistake = Assert.Throws<UserInputException>(() => CorpusFiles.Check(settings, folder.Path)).Diagnostics[0];
        Assert.Equal(code, mistake.Code);
        Assert.NotNull(mistake.Remedy);
    }

    [Fact]
    public void Shards_are_trained_on_whole_where_others_are_held_out()
    {
        TokenShardWriter.Write(folder["a.bin"], [[1, 2, 3], [4, 5]], 300);
        TokenShardWriter.Write(folder["v.bin"], [[6, 7]], 300);
        var settings = Settings with { Corpus = "a.bin", Validation = "v.bin", Vocabulary = 300 };
        CorpusFit.OfShards(settings, Seed, folder.Path, length: 2);
        using var corpus = CorpusPreparation.Prepare(settings, Seed, folder.Path);
        Assert.Equal((5, 2), (corpus.Training.Count, corpus.Validation.Count));
        using var drawn = CorpusPreparation.Prepare(settings with { Documents = 1 }, Seed, folder.Path);
        Assert.True(drawn.Training.Count < 5);
        Assert.Throws<UserInputException>(() => CorpusFit.OfShards(settings, Seed, folder.Path, length: 5));
    }
}
