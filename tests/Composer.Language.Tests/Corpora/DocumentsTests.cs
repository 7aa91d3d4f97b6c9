using System.Text;
using Composer.Core;
using Composer.Core.Diagnostics;
using Composer.Language.Corpora;
using Composer.Language.Tests.Files;

namespace Composer.Language.Tests.Corpora;

/// <summary>Documents come out as they were put in, in any format and packing, and where they are large in bounded memory.</summary>
public sealed class DocumentsTests : IDisposable
{
    /// <summary>Every kind of line end, of space and of width; what JSON escapes, and what looks like a separator.</summary>
    private static readonly string[] Pieces =
    [
        "a", "Z", " ", "\t", "\n", "\r\n", "\r", "\u0085", "\u2028", "\u2029", "\f", "\v", "é", "漢字", "😀", "𐐷", "\uFFFD", "\uFEFF", "\u00A0",
        "\"", "\\", "\\n", "{", "<|endoftext", "|>", "line of text", "\u200D", "\u0301", "\uFFFF",
    ];

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Random_documents_are_read_back_as_they_were_in_every_format_and_packing()
    {
        var seed = TestSeed.Of(31);
        var rng = new Rng(new Seed((ulong)seed));
        for (var round = 0; round < 60; round++)
        {
            var count = rng.NextInt(1, 30);
            string[] documents = [.. Enumerable.Range(0, count).Select(_ => Draw(rng, rng.NextInt(4) == 0 ? 3000 : 20))];
            var cut = rng.NextInt(count + 1);
            foreach (var packing in DataFiles.Packings)
            {
                Assert.Equal(documents, ReadBack(".jsonl" + packing, part => DataFiles.Pack(DataFiles.JsonLines(part), packing)));

                // A document of a text file has no line end at its ends, is not blank, and holds no separator.
                string[] texts = [.. documents.Select(d => d.Replace("<|endoftext|>", "").Trim('\r', '\n')).Where(d => d.AsSpan().Trim().Length > 0)];
                var end = rng.NextInt(2) == 0 ? "\n" : "\r\n";
                Assert.Equal(texts, ReadBackOf(texts, ".txt" + packing, part => DataFiles.Pack(
                    Encoding.UTF8.GetBytes("<|endoftext|>" + string.Join($"{end}<|endoftext|>{end}", part)), packing)));

                // Where blank lines part documents, none is in one. The mark is there because a document may begin with one.
                string[] paragraphs = [.. texts.Select(t => string.Join('\n', t.Split('\n').Where(line => line.TrimEnd('\r').Length > 0)))
                    .Select(t => t.Trim('\r', '\n')).Where(d => d.AsSpan().Trim().Length > 0)];
                Assert.Equal(paragraphs, ReadBackOf(paragraphs, ".text" + packing, part => DataFiles.Pack(
                    Encoding.UTF8.GetBytes("\uFEFF" + string.Join(end + end, part) + end), packing)));
            }

            Assert.Equal(documents, ReadBack(".parquet", part => DataFiles.Parquet(rng.NextInt(1, 10), part)));

            IReadOnlyList<string> ReadBack(string ending, Func<string[], byte[]> write) => ReadBackOf(documents, ending, write);

            IReadOnlyList<string> ReadBackOf(string[] all, string ending, Func<string[], byte[]> write)
            {
                var middle = Math.Min(cut, all.Length);
                string[] paths = [.. new[] { all[..middle], all[middle..] }.Where(part => part.Length > 0)
                    .Select((part, i) => folder.WriteBytes($"{round}-{i}{ending}", write(part)))];
                if (paths.Length == 0)
                {
                    return [];
                }

                var format = CorpusFormats.Of("all", paths);
                Assert.Equal(all.Length, paths.Sum(path => format.CountDocuments(path, DocumentOptions.Default)));
                return DataFiles.ReadAll(format.Open("all", paths, DocumentOptions.Default));
            }
        }
    }

    [Fact]
    public void Documents_are_read_in_any_order()
    {
        string[] texts = [.. Enumerable.Range(0, 300).Select(i => $"document {i} {new string('x', i)}")];
        var rng = new Rng(new Seed(5));
        foreach (var (name, bytes) in new[]
        {
            ("a.jsonl", DataFiles.JsonLines(texts)), ("a.jsonl.gz", DataFiles.Pack(DataFiles.JsonLines(texts), ".gz")),
            ("a.txt.zst", DataFiles.Pack(Encoding.UTF8.GetBytes(string.Join("\n\n", texts)), ".zst")), ("a.parquet", DataFiles.Parquet(7, texts)),
        })
        {
            var path = folder.WriteBytes(name, bytes);
            var documents = CorpusFormats.Of(path).Open(name, [path], DocumentOptions.Default);
            int[] order = [.. Enumerable.Range(0, texts.Length), .. Enumerable.Range(0, texts.Length)];
            rng.Shuffle<int>(order);
            Assert.All(order, i => Assert.Equal(texts[i], documents.Read(i)));
            Assert.Throws<ArgumentOutOfRangeException>(() => documents.Read(texts.Length));
            (documents as IDisposable)!.Dispose();
        }
    }

    [Theory]
    [InlineData("one\r\ntwo\u0085three\u2028four\u2029five\fsix\rseven\r\n\r\neight", "one\r\ntwo\u0085three\u2028four\u2029five\fsix\rseven", "eight")]
    [InlineData("a\n\n\n\nb\n \nc\n\n  \n\nd\n", "a", "b\n \nc", "d")]
    [InlineData("a\n\r\nb\r\n\nc", "a", "b", "c")]
    [InlineData("\n\na b\n\n\u3000\u00A0\n\nc", "a b", "c")]
    [InlineData("a\n\nb<|endoftext|>\n\nc\n<|endoftext|>d<|endoftext|> \n", "a\n\nb", "c", "d")]
    [InlineData("<|endoftext|>\r\na\r\n\r\nb\r\n<|endoftext|>\r\n", "a\r\n\r\nb")]
    [InlineData("\uFEFFmarked\n\nplain", "marked", "plain")]
    public void A_text_file_is_parted_and_nothing_else(string content, params string[] documents)
    {
        var path = folder.WriteBytes("a.txt", Encoding.UTF8.GetBytes(content));
        Assert.Equal(documents, DataFiles.ReadAll(new TextFileCollection("a", [path])));
    }

    [Fact]
    public void A_separator_or_a_blank_line_is_found_wherever_a_piece_ends()
    {
        for (var shift = 0; shift < 30; shift++)
        {
            var filler = new string('x', (1 << 20) - 15 + shift - 4);
            var path = folder.WriteBytes("a.txt", Encoding.UTF8.GetBytes($"a\n\n{filler}<|endoftext|>\nb\n\nc"));
            Assert.Equal([$"a\n\n{filler}", "b\n\nc"], DataFiles.ReadAll(new TextFileCollection("a", [path])));
            path = folder.WriteBytes("b.txt", Encoding.UTF8.GetBytes($"é\r\n\r\n{filler}\r\n\r\n😀"));
            Assert.Equal(["é", filler, "😀"], DataFiles.ReadAll(new TextFileCollection("b", [path])));
            path = folder.WriteBytes("c.jsonl", Encoding.UTF8.GetBytes($"{{\"text\":\"{filler}\"}}\r\n\r\n{{\"text\":\"b\"}}"));
            Assert.Equal([filler, "b"], DataFiles.ReadAll(new JsonLinesCollection("c", [path])));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("<|endoftext|>")]
    public void A_document_that_is_too_long_is_parted_at_line_ends_or_else_between_characters(string separator)
    {
        var content = separator + string.Concat(Enumerable.Range(0, 40).Select(i => $"line {i} äöü\n")) + string.Concat(Enumerable.Repeat("漢😀", 100));
        var plain = folder.WriteBytes("a.txt", Encoding.UTF8.GetBytes(content));
        var packed = folder.WriteBytes("b.txt.gz", DataFiles.Pack(Encoding.UTF8.GetBytes(content), ".gz"));
        var parts = DataFiles.ReadAll(new TextFileCollection("a", [plain], longest: 100));
        Assert.Equal(parts, DataFiles.ReadAll(new TextFileCollection("b", [packed], longest: 100)));
        Assert.All(parts, part => Assert.InRange(Encoding.UTF8.GetByteCount(part), 1, 100));
        Assert.Equal(content[separator.Length..].Replace("\n", ""), string.Concat(parts).Replace("\n", ""));
        Assert.All(parts.Take(5), part => Assert.StartsWith("line ", part, StringComparison.Ordinal));
        Assert.DoesNotContain('\uFFFD', string.Concat(parts));
    }

    [Fact]
    public void Any_number_of_files_is_read_with_one_handle()
    {
        string[] paths = [.. Enumerable.Range(0, 200).Select(i => folder.WriteBytes(
            $"{i:000}.jsonl{(i % 2 == 0 ? "" : ".gz")}", DataFiles.Pack(DataFiles.JsonLines([$"text {i}"]), i % 2 == 0 ? "" : ".gz")))];
        using var documents = new JsonLinesCollection("many", paths);
        var before = Handles();
        for (var i = 0; i < paths.Length; i++)
        {
            Assert.Equal($"text {i}", documents.Read(i));
            Assert.InRange(Handles() - before, -20, 20);
        }

        foreach (var i in Enumerable.Range(0, 200))
        {
            TokenShardWriter.Write(folder[$"{i:000}.bin"], [[i, i]], 300);
        }

        before = Handles();
        using var shards = new TokenShards("many", CorpusFiles.Resolve("*.bin", folder.Path), 300);
        Assert.InRange(Handles() - before, -20, 20);
        var last = new int[1];
        shards.Read(399, last);
        Assert.Equal(199, last[0]);

        static int Handles() => OperatingSystem.IsLinux() ? Directory.GetFiles("/proc/self/fd").Length : 0;
    }

    [Fact]
    public void Members_and_frames_one_after_the_other_are_one_file()
    {
        byte[] one = DataFiles.JsonLines(["one"]), two = DataFiles.JsonLines(["two"]);
        foreach (var packing in new[] { ".gz", ".zst" })
        {
            var path = folder.WriteBytes("a.jsonl" + packing, [.. DataFiles.Pack(one, packing), .. DataFiles.Pack(two, packing)]);
            Assert.Equal(["one", "two"], DataFiles.ReadAll(new JsonLinesCollection("a", [path])));
        }
    }

    [Fact]
    public void A_packed_file_that_was_cut_or_damaged_anywhere_is_refused()
    {
        var seed = TestSeed.Of(8);
        var rng = new Rng(new Seed((ulong)seed));
        var texts = Enumerable.Range(0, 400).Select(_ => Draw(rng, 100)).ToArray();
        foreach (var packing in new[] { ".gz", ".zst" })
        {
            var whole = DataFiles.Pack(DataFiles.JsonLines(texts), packing);
            foreach (var length in Enumerable.Range(0, 60).Select(_ => rng.NextInt(20, whole.Length)).Concat(Enumerable.Range(whole.Length - 12, 12)))
            {
                Refuse($"{packing} cut to {length} of {whole.Length}", whole[..length]);
            }

            if (packing == ".gz")
            {
                for (var i = 0; i < 60; i++)
                {
                    // Of the ten bytes of the header some are free.
                    var bytes = whole.ToArray();
                    bytes[rng.NextInt(10, bytes.Length)] ^= (byte)(1 << rng.NextInt(8));
                    Refuse($"{packing} with a bit changed", bytes);
                }

                Refuse("a second member cut", [.. whole, .. whole[..500]]);
                Refuse("something behind it", [.. whole, .. new byte[100]]);
            }

            void Refuse(string what, byte[] bytes)
            {
                var path = folder.WriteBytes("a.jsonl" + packing, bytes);
                var exception = Record.Exception(() => new JsonLinesCollection("a", [path]).Dispose());
                var mistake = Assert.IsType<UserInputException>(exception).Diagnostics[0];
                Assert.True(mistake.Code is "CMP6033" or "CMP6032", $"{what} (seed {seed}): {mistake}");
            }
        }
    }

    [Fact]
    public void Parquet_without_texts_or_with_wrong_ones_is_told_with_its_row()
    {
        var missing = MistakeOf(DataFiles.Parquet(2, ["a", "b", null, "d"]), readsAll: true);
        Assert.Contains("row 3, column 'text'", missing.Message, StringComparison.Ordinal);
        var other = MistakeOf(DataFiles.Parquet(2, ["a"], column: "body"), readsAll: false);
        Assert.Contains("id, body", other.Remedy, StringComparison.Ordinal);

        var bytes = DataFiles.Parquet(10, ["plain", "näher", "last"]);
        Span<byte> word = [.. "näher"u8];
        for (var i = 0; i + word.Length <= bytes.Length; i++)
        {
            if (bytes.AsSpan(i).StartsWith(word))
            {
                bytes[i + 2] = (byte)'x';
            }
        }

        var invalid = MistakeOf(bytes, readsAll: true);
        Assert.Contains("row 2, column 'text': at byte 1 of it the byte 0xC3 is no UTF-8", invalid.Message, StringComparison.Ordinal);
        Assert.Equal("CMP6035", MistakeOf(DataFiles.Parquet(10, ["a", "b"])[..^20], readsAll: false).Code);

        Diagnostic MistakeOf(byte[] content, bool readsAll)
        {
            var path = folder.WriteBytes("a.parquet", content);
            Action read = readsAll ? () => DataFiles.ReadAll(new ParquetCollection("a", [path])) : () => new ParquetCollection("a", [path]).Dispose();
            return Assert.Single(Assert.Throws<UserInputException>(read).Diagnostics);
        }
    }

    [Fact]
    public void Parquet_whose_texts_may_not_be_missing_is_read()
    {
        var path = folder.WriteBytes("a.parquet", DataFiles.Parquet(2, ["a", "", "c"], mayMiss: false));
        Assert.Equal(["a", "", "c"], DataFiles.ReadAll(new ParquetCollection("a", [path])));
    }

    private static string Draw(Rng rng, int longest) =>
        string.Concat(Enumerable.Range(0, rng.NextInt(longest)).Select(_ => Pieces[rng.NextInt(Pieces.Length)]));
}
