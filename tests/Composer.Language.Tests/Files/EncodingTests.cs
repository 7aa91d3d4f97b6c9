using System.Text;
using Composer.Core;
using Composer.Core.Diagnostics;
using Composer.Language.Corpora;
using Composer.Language.Files;

namespace Composer.Language.Tests.Files;

/// <summary>Every fault of an encoding has its place and a remedy, whatever the format and the packing.</summary>
public sealed class EncodingTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>What stands before the fault, the faulty bytes, what is said, what the remedy holds.</summary>
    public static TheoryData<string, byte[], string, string> Faults => new()
    {
        { "one\ntwo äö😀 ", [0xE4, (byte)' '], "it looks like Latin-1", "iconv -f ISO-8859-1 -t UTF-8" },
        { "", [0xE9, (byte)'t', 0xE9], "it looks like Latin-1", "iconv -f ISO-8859-1 -t UTF-8" },
        { "it", [0x92, (byte)'s'], "it looks like Windows-1252", "iconv -f WINDOWS-1252 -t UTF-8" },
        { "x\r\ny", [0xED, 0xA0, 0xBD, 0xED, 0xB8, 0x80], "half of a surrogate pair", "as UTF-8" },
        { "x\n\ny ", [0xC0, 0x80, 0xC1, 0x81], "0xC0 is no UTF-8", "iconv -f ENCODING" },
        { "x", [0xF5, 0x80, 0x80, 0x80], "0xF5 is no UTF-8", "iconv -f ENCODING" },
        { "漢\u2028字", [0xF0, 0x9F, 0x98], "the file ends within a character", "fetch it again" },
        { "text ", [0, 0, 0], "NUL", "tr -d" },
        { "text\n", [0xB4, 0xF2, 0xBB, 0xB6, 0xD3, 0xAD], "0xB4 is no UTF-8", "iconv -f ENCODING" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_byte_that_is_no_text_is_told_with_its_place(string before, byte[] fault, string what, string remedy)
    {
        // Far from the start as well, where pieces end anywhere.
        foreach (var filler in new[] { 0, 7, 40_000, 70_001 })
        {
            foreach (var packing in DataFiles.Packings)
            {
                var start = string.Concat(Enumerable.Repeat("a line of filler, äöü 漢字 😀\n", filler)) + "The start. " + before;
                var path = folder.WriteBytes("a.txt" + packing, DataFiles.Pack([.. Encoding.UTF8.GetBytes(start), .. fault], packing));
                var mistake = MistakeOf(() => new TextFileCollection("a", [path]));
                if (fault[0] == 0 && filler < 1000)
                {
                    // Among the first bytes it tells binary data from text.
                    Assert.Contains($"binary data (byte {Encoding.UTF8.GetByteCount(start)} is 0)", mistake.Message, StringComparison.Ordinal);
                    continue;
                }

                Assert.Equal("CMP6032", mistake.Code);
                Assert.Contains(what, mistake.Message, StringComparison.Ordinal);
                Assert.Contains(remedy, mistake.Remedy, StringComparison.Ordinal);
                Assert.Contains($"byte {Encoding.UTF8.GetByteCount(start)} ", mistake.Message, StringComparison.Ordinal);
                var line = start.Count(c => c == '\n') + 1;
                Assert.Equal((path, line, start.Length - start.LastIndexOf('\n')), (mistake.Span!.Value.File, mistake.Span!.Value.Line, mistake.Span!.Value.Column));
            }
        }
    }

    [Fact]
    public void Invalid_bytes_of_JSON_lines_are_told_with_their_place()
    {
        var path = folder.WriteBytes("a.jsonl", [.. "{\"text\": \"é\"}\n{\"text\": \"é"u8, 0xE9, .. "t\"}\n"u8]);
        var mistake = MistakeOf(() => new JsonLinesCollection("a", [path]));
        Assert.Equal(("CMP6032", 2, 12), (mistake.Code, mistake.Span!.Value.Line, mistake.Span!.Value.Column));
    }

    [Theory]
    [InlineData("{\"text\": \"ok\"}\n\n{\"text\": \"é \\ud800 b\"}\n", 3, 13)]
    [InlineData("{\"text\": \"\\udc00\"}", 1, 11)]
    [InlineData("{\"text\": \"\\ud83d\\ud83d\\ude00\"}", 1, 11)]
    [InlineData("{\"text\": \"\\\\\\uD83Dx\"}", 1, 13)]
    public void Half_a_surrogate_pair_in_an_escape_is_told_with_its_place(string content, int line, int column)
    {
        var path = folder.Write("a.jsonl", content);
        var read = MistakeOf(() => DataFiles.ReadAll(new JsonLinesCollection("a", [path])));
        var checkedFirst = MistakeOf(() => JsonLinesCollection.Validate(path, DocumentOptions.Default));
        Assert.Equal(read, checkedFirst);
        Assert.Equal(("CMP6003", line, column), (read.Code, read.Span!.Value.Line, read.Span!.Value.Column));
        Assert.Contains("half of a surrogate pair", read.Message, StringComparison.Ordinal);
        Assert.NotNull(read.Remedy);
    }

    [Theory]
    [InlineData("{\"text\": \"\\ud83d\\ude00 \\\\ud800 \\u00e4 \uFFFD\"}", "😀 \\ud800 ä \uFFFD")]
    [InlineData("{\"\\ud800\": 1, \"text\": \"a\"}", "a")]
    [InlineData("{\"other\": \"\\ud800\", \"te\\u0078t\": \"a\"}", "a")]
    [InlineData("{\"text\": 1, \"text\": \"last\"}", "last")]
    [InlineData("{\"meta\": {\"text\": \"inner\"}, \"text\": \"outer\"}", "outer")]
    [InlineData("\uFEFF{\"text\": \"marked\"}", "marked")]
    public void What_is_whole_is_read(string content, string text)
    {
        var path = folder.Write("a.jsonl", content);
        Assert.Equal([text], DataFiles.ReadAll(new JsonLinesCollection("a", [path])));
        Assert.Equal(1, JsonLinesCollection.Validate(path, DocumentOptions.Default));
    }

    [Theory]
    [InlineData("[{\"text\": \"a\"},\n{\"text\": \"b\"}]", "jq -c")]
    [InlineData("{\"text\": \"a\"} {\"text\": \"b\"}", "")]
    [InlineData("{\"text\": null}", "null")]
    [InlineData("{\"body\": \"a\"}", "")]
    [InlineData("{\"text\": \"a\",}", "")]
    [InlineData("{\"text\": \"a", "")]
    public void A_line_that_is_no_document_is_told_before_and_while_it_is_read(string content, string remedy)
    {
        var path = folder.Write("a.jsonl", content);
        var read = MistakeOf(() => DataFiles.ReadAll(new JsonLinesCollection("a", [path])));
        Assert.Equal(("CMP6003", 1), (read.Code, read.Span!.Value.Line));
        Assert.Contains(remedy, read.Remedy ?? "", StringComparison.Ordinal);
        Assert.Equal(read, MistakeOf(() => JsonLinesCollection.Validate(path, DocumentOptions.Default)));
    }

    [Fact]
    public void A_mark_between_joined_files_is_named()
    {
        var path = folder.Write("a.jsonl", "\uFEFF{\"text\": \"a\"}\n\uFEFF{\"text\": \"b\"}\n");
        var mistake = MistakeOf(() => JsonLinesCollection.Validate(path, DocumentOptions.Default));
        Assert.Equal(2, mistake.Span!.Value.Line);
        Assert.Contains("byte-order mark", mistake.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(OtherEncodings))]
    public void Another_encoding_is_refused_by_name(string name, Encoding encoding, bool isMarked)
    {
        byte[] bytes = [.. isMarked ? encoding.GetPreamble() : [], .. encoding.GetBytes("{\"text\": \"some text that is long enough\"}\n")];
        foreach (var packing in DataFiles.Packings)
        {
            var path = folder.WriteBytes("wide.jsonl" + packing, DataFiles.Pack(bytes, packing));
            var mistake = MistakeOf(() => CorpusFormats.Of("wide", [path]));
            Assert.Equal("CMP6030", mistake.Code);
            Assert.Contains(name, mistake.Message, StringComparison.Ordinal);
            Assert.NotNull(mistake.Remedy);
        }
    }

    public static TheoryData<string, Encoding, bool> OtherEncodings => new()
    {
        { "UTF-16", new UnicodeEncoding(bigEndian: false, byteOrderMark: true), true },
        { "UTF-16", new UnicodeEncoding(bigEndian: true, byteOrderMark: true), true },
        { "UTF-16", new UnicodeEncoding(bigEndian: false, byteOrderMark: false), false },
        { "UTF-16", new UnicodeEncoding(bigEndian: true, byteOrderMark: false), false },
        { "UTF-32", new UTF32Encoding(bigEndian: false, byteOrderMark: true), true },
        { "UTF-32", new UTF32Encoding(bigEndian: true, byteOrderMark: true), true },
    };

    [Fact]
    public void Bytes_are_taken_if_and_only_if_a_strict_decoder_takes_them()
    {
        var seed = TestSeed.Of(12);
        var rng = new Rng(new Seed((ulong)seed));
        var strict = new UTF8Encoding(false, throwOnInvalidBytes: true);
        var (taken, refused) = (0, 0);
        for (var i = 0; i < 3000; i++)
        {
            var bytes = Encoding.UTF8.GetBytes("The start. " + string.Concat(Enumerable.Range(0, rng.NextInt(1, 30)).Select(_ => Letters[rng.NextInt(Letters.Length)])));
            for (var changes = rng.NextInt(3); changes > 0; changes--)
            {
                bytes[rng.NextInt(11, bytes.Length)] = (byte)rng.NextInt(1, 256);
            }

            bytes = bytes[..^rng.NextInt(3)];
            var path = folder.WriteBytes("a.txt", bytes);
            var mistake = Record.Exception(() => new TextFileCollection("a", [path]).Dispose()) as UserInputException;
            try
            {
                strict.GetString(bytes);
                Assert.True(mistake is null, $"seed {seed}, {i}: {mistake}");
                taken++;
            }
            catch (DecoderFallbackException fallback)
            {
                // The decoder tells some faults at their second byte.
                var place = Assert.Single(mistake!.Diagnostics);
                var offset = int.Parse(place.Message.Split(' ')[2], System.Globalization.CultureInfo.InvariantCulture);
                Assert.InRange(fallback.Index - offset, 0, 3);
                Assert.Equal(strict.GetString(bytes, 0, offset).Split('\n')[^1].Length + 1, place.Span!.Value.Column);
                refused++;
            }
        }

        Assert.True(taken > 500 && refused > 500, $"{taken} taken, {refused} refused");
    }

    private static readonly string[] Letters = ["a", "\n", "é", "漢", "😀", "\u0085", "\u2028"];

    [Fact]
    public void Texts_of_JSON_are_read_as_by_the_runtime_or_refused_as_by_it()
    {
        var seed = TestSeed.Of(13);
        var rng = new Rng(new Seed((ulong)seed));
        string[] parts = ["a", "\\n", "\\\\", "\\ud83d", "\\ude00", "\\u00e4", "é", "😀", "\\\"", "\\x", "\"", "\\u12", "\t", "\\/"];
        var (taken, refused) = (0, 0);
        for (var i = 0; i < 5000; i++)
        {
            var json = Encoding.UTF8.GetBytes(
                $"{{\"id\": 1, \"text\": \"{string.Concat(Enumerable.Range(0, rng.NextInt(5)).Select(_ => parts[rng.NextInt(parts.Length)]))}\"}}");
            var read = JsonText.Read(json, "text", out var fault);
            Assert.Equal(fault, JsonText.Check(json, "text"));
            try
            {
                using var document = System.Text.Json.JsonDocument.Parse(json);
                Assert.Equal(document.RootElement.GetProperty("text").GetString(), read);
                Assert.Null(fault);
                taken++;
            }
            catch (Exception exception) when (exception is System.Text.Json.JsonException or InvalidOperationException)
            {
                Assert.True(read is null && fault is not null, $"seed {seed}: {Encoding.UTF8.GetString(json)}");
                refused++;
            }
        }

        Assert.True(taken > 500 && refused > 500, $"{taken} taken, {refused} refused");
    }

    [Fact]
    public void Tokenizer_files_are_read_strictly_and_with_a_mark()
    {
        var good = folder.Write("good.json", "\uFEFF{\"a\": \"\\ud83d\\ude00\"}");
        Assert.Equal("{\"a\": \"\\ud83d\\ude00\"}"u8.ToArray(), JsonFile.Read(good));
        var lone = MistakeOf(() => JsonFile.Read(folder.Write("lone.json", "{\n \"é\": \"\\ud83d\"}")));
        Assert.Equal((2, 8), (lone.Span!.Value.Line, lone.Span!.Value.Column));
        var latin = folder.WriteBytes("latin.json", [.. "{\n\""u8, 0xE9, .. "\": 1}"u8]);
        var mistake = MistakeOf(() => JsonFile.Read(latin));
        Assert.Equal(("CMP6032", 2, 2), (mistake.Code, mistake.Span!.Value.Line, mistake.Span!.Value.Column));
    }

    private static Diagnostic MistakeOf(Action action) => Assert.Single(Assert.Throws<UserInputException>(action).Diagnostics);
}
