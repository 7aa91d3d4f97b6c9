using System.Buffers.Binary;
using Composer.Core.Diagnostics;
using Composer.Language.Corpora;
using Composer.Language.Tests.Files;

namespace Composer.Language.Tests.Corpora;

/// <summary>What is wrong with a corpus is found before anything is computed, and a large file is read through once.</summary>
public sealed class CorpusCheckTests : IDisposable
{
    private static readonly CorpusSettings Settings = new() { Tokenizer = "bytes", ValidationDocuments = 1, Vocabulary = 300 };

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_mistake_in_the_last_line_of_each_file_is_found_and_all_are_told()
    {
        folder.WriteBytes("a.jsonl.gz", DataFiles.Pack([.. DataFiles.JsonLines(["one", "two"]), .. "{\"text\": 1}"u8], ".gz"));
        folder.WriteBytes("b.jsonl", [.. DataFiles.JsonLines(["one"]), .. "{\"text\": \"\\udc00\"}"u8]);
        folder.WriteBytes("c.jsonl", DataFiles.JsonLines(["good"]));
        var mistakes = MistakesOf(Settings with { Corpus = "*" });
        Assert.Equal([(folder["a.jsonl.gz"], 3), (folder["b.jsonl"], 2)], mistakes.Select(m => (m.Span!.Value.File, m.Span!.Value.Line)));
    }

    [Theory]
    [InlineData("a.txt", "one\n\ntwo")]
    [InlineData("a.jsonl", "{\"text\": \"one\"}\n{\"text\": \"two\"}\n")]
    public void Too_few_documents_are_told(string name, string content)
    {
        folder.Write(name, content);
        CorpusFiles.Check(Settings with { Corpus = name }, folder.Path);
        Assert.Equal("CMP6005", Assert.Single(MistakesOf(Settings with { Corpus = name, ValidationDocuments = 2 })).Code);
        Assert.Equal("CMP6005", Assert.Single(MistakesOf(Settings with { Corpus = name, Documents = 2 })).Code);
    }

    [Fact]
    public void What_was_found_out_is_not_looked_for_again()
    {
        folder.WriteBytes("a.jsonl", DataFiles.JsonLines(["one", "two"]));
        TokenShardWriter.Write(folder["s.bin"], [[1, 2], [3, 4]], 300);
        var (known, asked) = (new Dictionary<(string, string), string>(), 0);
        foreach (var corpus in new[] { "a.jsonl", "a.jsonl", "s.bin", "s.bin" })
        {
            CorpusFiles.Check(Settings with { Corpus = corpus }, folder.Path, (path, fact, find) =>
            {
                asked++;
                return known.TryGetValue((path, fact), out var value) ? value : known[(path, fact)] = find();
            });
        }

        Assert.Equal((2, 4), (known.Count, asked));
    }

    [Fact]
    public void A_token_outside_the_vocabulary_is_told_with_its_place()
    {
        var tokens = new int[100_000];
        tokens[77_777] = 299;
        TokenShardWriter.Write(folder["s.bin"], [[0, 1], tokens], 300);
        CorpusFiles.Check(Settings with { Corpus = "s.bin" }, folder.Path);
        var mistake = Assert.Single(MistakesOf(Settings with { Corpus = "s.bin", Vocabulary = 299 }));
        Assert.Equal("CMP6006", mistake.Code);
        Assert.Contains("the token 299 at place 77779", mistake.Message, StringComparison.Ordinal);
    }

    public static TheoryData<string, Action<byte[]>, string> Headers => new()
    {
        { "a foreign magic", b => b[0] ^= 1, "magic" },
        { "a foreign version", b => b[4] = 9, "version 9" },
        { "another byte order", b => b.AsSpan(0, 4).Reverse(), "big-endian" },
        { "too many tokens promised", b => BinaryPrimitives.WriteInt32LittleEndian(b.AsSpan(8), 5), "promises 5 tokens" },
        { "a negative number", b => BinaryPrimitives.WriteInt32LittleEndian(b.AsSpan(8), -4), "promises -4 tokens" },
    };

    [Theory]
    [MemberData(nameof(Headers))]
    public void A_shard_with_a_wrong_header_is_refused(string what, Action<byte[]> damage, string said)
    {
        TokenShardWriter.Write(folder["s.bin"], [[1, 2], [3, 4]], 300);
        var bytes = File.ReadAllBytes(folder["s.bin"]);
        damage(bytes);
        File.WriteAllBytes(folder["s.bin"], bytes);
        var mistake = Assert.Single(MistakesOf(Settings with { Corpus = "s.bin" }));
        Assert.True(mistake.Code == "CMP6004", what);
        Assert.Contains(said, mistake.Message, StringComparison.Ordinal);
        Assert.Equal(folder["s.bin"], mistake.Span!.Value.File);
    }

    [Theory]
    [InlineData(new long[] { 1, 2 })]
    [InlineData(new long[] { 0, 2, 2 })]
    [InlineData(new long[] { 0, 4 })]
    [InlineData(new long[] { })]
    public void A_sidecar_that_disagrees_is_refused(long[] starts)
    {
        TokenShardWriter.Write(folder["s.bin"], [[1, 2], [3, 4]], 300);
        File.WriteAllBytes(folder["s.bin.idx"], [.. starts.SelectMany(BitConverter.GetBytes)]);
        var mistake = Assert.Single(MistakesOf(Settings with { Corpus = "s.bin" }));
        Assert.Equal("CMP6004", mistake.Code);
        Assert.EndsWith(".idx", mistake.Span!.Value.File, StringComparison.Ordinal);
    }

    [Fact]
    public void A_shard_cut_anywhere_is_refused()
    {
        TokenShardWriter.Write(folder["s.bin"], [[1, 2], [3, 4]], 300);
        var whole = File.ReadAllBytes(folder["s.bin"]);
        foreach (var length in new[] { 4, 10, 1000, 1024, 1025, whole.Length - 1 })
        {
            File.WriteAllBytes(folder["s.bin"], whole[..length]);
            Assert.Equal("CMP6004", Assert.Single(MistakesOf(Settings with { Corpus = "s.bin" })).Code);
        }
    }

    private IReadOnlyList<Diagnostic> MistakesOf(CorpusSettings settings) =>
        Assert.Throws<UserInputException>(() => CorpusFiles.Check(settings, folder.Path)).Diagnostics;
}
