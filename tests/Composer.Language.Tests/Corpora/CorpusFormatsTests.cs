using Composer.Core.Diagnostics;
using Composer.Language.Corpora;
using Composer.Language.Tests.Files;

namespace Composer.Language.Tests.Corpora;

/// <summary>A corpus's files are taken for what they are, all for the same.</summary>
public sealed class CorpusFormatsTests : IDisposable
{
    private static readonly byte[] Plain = [.. "one\n\ntwo\n"u8];
    private static readonly byte[] Lines = DataFiles.JsonLines(["one", "two"]);

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    public static TheoryData<string, byte[], string> Taken => new()
    {
        { "a.txt", Plain, "Text" },
        { "a.TXT", Plain, "Text" },
        { "a.md", Plain, "Text" },
        { "a", Plain, "Text" },
        { "a.txt", [0xEF, 0xBB, 0xBF, .. Plain], "Text" },
        { "a.jsonl", Lines, "JsonLines" },
        { "a.json", Lines, "JsonLines" },
        { "a.ndjson", Lines, "JsonLines" },
        { "a", Lines, "JsonLines" },
        { "a.dat", [0xEF, 0xBB, 0xBF, .. Lines], "JsonLines" },
        { "a.parquet", DataFiles.Parquet(2, ["one", "two"]), "Parquet" },
        { "a", DataFiles.Parquet(2, ["one", "two"]), "Parquet" },
        { "a.json", [.. "{\"body\": 1}\n"u8], "JsonLines" },
        { "a.txt", [.. "{ text: no JSON }\n"u8], "Text" },
        { "a.txt.gz", DataFiles.Pack(Plain, ".gz"), "Text" },
        { "a.jsonl.gz", DataFiles.Pack(Lines, ".gz"), "JsonLines" },
        { "a.json.gz", DataFiles.Pack(Lines, ".gz"), "JsonLines" },
        { "a.jsonl.zst", DataFiles.Pack(Lines, ".zst"), "JsonLines" },
        { "a.jsonl.ZSTD", DataFiles.Pack(Lines, ".zst"), "JsonLines" },
        { "a.jsonl", DataFiles.Pack(Lines, ".gz"), "JsonLines" },
        { "a.jsonl.gz", Lines, "JsonLines" },
        { "a.gz", DataFiles.Pack(Plain, ".gz"), "Text" },
        { "a.gz", DataFiles.Pack(Lines, ".gz"), "JsonLines" },
        { "a.jsonl.zst", DataFiles.Pack(Lines, ".gz"), "JsonLines" },
    };

    [Theory]
    [MemberData(nameof(Taken))]
    public void A_file_is_taken_by_its_bytes_and_text_by_its_ending(string name, byte[] bytes, string format)
    {
        var path = folder.WriteBytes(name, bytes);
        Assert.Equal(format, CorpusFormats.Of(path).Name);
        var documents = CorpusFormats.Of(path).Open(name, [path], DocumentOptions.Default);
        Assert.True(documents.Count > 0);
        (documents as IDisposable)?.Dispose();
    }

    [Theory]
    [InlineData("a.bin")]
    [InlineData("a")]
    [InlineData("a.dat")]
    public void A_shard_is_known_by_its_header(string name)
    {
        TokenShardWriter.Write(folder[name], [[1, 2], [3]], 300);
        Assert.Equal("Shards", CorpusFormats.Of(folder[name]).Name);
    }

    public static TheoryData<string, byte[], string, string> Refused => new()
    {
        { "a.txt", Lines, "it is JSONL", ".jsonl" },
        { "a.txt", DataFiles.Pack(Lines, ".gz"), "it is JSONL", ".jsonl" },
        { "a.txt", DataFiles.Parquet(1, ["a"]), "it is Parquet", ".parquet" },
        { "a.jsonl", DataFiles.Parquet(1, ["a"]), "it is Parquet", ".parquet" },
        { "a.parquet", Lines, "it is JSONL", ".jsonl" },
        { "a.parquet", Plain, "it is text", ".txt" },
        { "a.bin", Plain, "it is text", ".txt" },
        { "a.jsonl.gz", DataFiles.Pack(DataFiles.Parquet(1, ["a"]), ".gz"), "gzip of Parquet", "gunzip a.jsonl.gz" },
        { "a.jsonl.gz", DataFiles.Pack(DataFiles.Pack(Lines, ".zst"), ".gz"), "gzip of zstd", "gunzip" },
        { "a.gz", DataFiles.Pack([.. new byte[257], .. "ustar"u8, .. new byte[300]], ".gz"), "gzip of a tar archive", "gunzip" },
        { "a.zst", DataFiles.Pack([1, 2, 0, 255], ".zst"), "zstd of binary data", "zstd -d" },
        { "a.txt", [], "is empty", "Fetch it again" },
        { "a.txt.gz", [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0], "gzip of empty", "Name a file" },
        { "it's.txt.xz", [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0, 1], "an xz archive", "xz -dk 'it'\\''s.txt.xz'" },
        { "a.txt", [.. "%PDF-1.4"u8], "a PDF document", "pdftotext a.txt a-new.txt" },
        { "a.txt", [1, 2, 3, 0], "binary data", "text, JSONL, Parquet" },
        { "a.jsonl", [.. "version https://git-lfs.github.com/spec/v1\n"u8], "a pointer of Git LFS", "git lfs pull" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void What_is_not_read_or_contradicts_its_ending_is_refused_by_name(string name, byte[] bytes, string what, string remedy)
    {
        var path = folder.WriteBytes(name, bytes);
        var mistake = MistakeOf(() => CorpusFormats.Of(path));
        Assert.Equal("CMP6030", mistake.Code);
        Assert.Contains(what, mistake.Message, StringComparison.Ordinal);
        Assert.Contains(remedy, mistake.Remedy, StringComparison.Ordinal);
        Assert.Equal(path, mistake.Span!.Value.File);
    }

    [Fact]
    public void A_pattern_leaves_out_hidden_files_and_what_a_Mac_leaves()
    {
        byte[] apple = [0, 5, 0x16, 7, 0, 2, 0, 0, .. new byte[100]];
        folder.WriteBytes("part-1.txt", Plain);
        folder.WriteBytes("._part-1.txt", apple);
        folder.WriteBytes("part-2.txt", apple);
        folder.Write(".hidden.txt", "hidden");
        TokenShardWriter.Write(folder["s.bin"], [[1, 2]], 300);
        Assert.Equal([folder["part-1.txt"]], CorpusFiles.Resolve("*.txt", folder.Path));
        Assert.Equal([folder[".hidden.txt"]], CorpusFiles.Resolve(".*.txt", folder.Path));
        Assert.Equal([folder["s.bin"]], CorpusFiles.Resolve("s.*", folder.Path));
        Assert.Contains(
            "AppleDouble", MistakeOf(() => CorpusFormats.Of(CorpusFiles.Resolve("._part-1.txt", folder.Path)[0])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pattern_that_takes_several_kinds_is_refused_naming_one_of_each()
    {
        folder.Write("README.md", "What this is.");
        folder.WriteBytes("b.jsonl", Lines);
        folder.WriteBytes("b2.jsonl", Lines);
        folder.WriteBytes("c.txt", Plain);
        TokenShardWriter.Write(folder["a.bin"], [[1, 2]], 300);
        var mistake = MistakeOf(() => CorpusFormats.Of("data/*", CorpusFiles.Resolve("*", folder.Path)));
        Assert.Equal("CMP6031", mistake.Code);
        foreach (var part in new[] { "'README.md' (text by its content)", "'a.bin' (token shards)", "'b.jsonl' (JSONL)", "'c.txt' (text)" })
        {
            Assert.Contains(part, mistake.Message, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("b2", mistake.Message, StringComparison.Ordinal);
        Assert.Contains("'data/*.jsonl'", mistake.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void A_read_me_beside_text_is_no_corpus()
    {
        folder.Write("README.md", "What this is.");
        folder.WriteBytes("c.txt.gz", DataFiles.Pack(Plain, ".gz"));
        var mistake = MistakeOf(() => CorpusFormats.Of("*", CorpusFiles.Resolve("*", folder.Path)));
        Assert.Equal("CMP6031", mistake.Code);
        Assert.Contains("'*.txt.gz'", mistake.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void Sources_of_several_endings_are_text()
    {
        folder.Write("a.py", "print()");
        folder.Write("b.c", "int main;");
        Assert.Equal("Text", CorpusFormats.Of("*", CorpusFiles.Resolve("*", folder.Path)).Name);
    }

    [Fact]
    public void A_file_beside_itself_packed_is_refused()
    {
        folder.WriteBytes("a.jsonl", Lines);
        folder.WriteBytes("a.jsonl.gz", DataFiles.Pack(Lines, ".gz"));
        folder.WriteBytes("b.jsonl.zst", DataFiles.Pack(Lines, ".zst"));
        Assert.Equal("JsonLines", CorpusFormats.Of("*", [folder["a.jsonl"], folder["b.jsonl.zst"]]).Name);
        Assert.Equal("CMP6031", MistakeOf(() => CorpusFormats.Of("*", CorpusFiles.Resolve("*", folder.Path))).Code);
    }

    [Fact]
    public void A_folder_is_told_from_a_file_that_is_missing()
    {
        folder.Write("books/a.txt", "one");
        Assert.Contains("is a folder", MistakeOf(() => CorpusFiles.Resolve("books", folder.Path)).Message, StringComparison.Ordinal);
    }

    private static Diagnostic MistakeOf(Action action) => Assert.Single(Assert.Throws<UserInputException>(action).Diagnostics);
}
