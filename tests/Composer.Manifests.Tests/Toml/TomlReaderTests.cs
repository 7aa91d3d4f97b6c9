using System.Globalization;
using System.Text;
using System.Text.Json;
using Composer.Core.Diagnostics;
using Composer.Manifests.Toml;

namespace Composer.Manifests.Tests.Toml;

public sealed class TomlReaderTests
{
    private static readonly UTF8Encoding Utf8 = new(false);

    [Fact]
    public void Every_valid_case_of_toml_test_reads_as_its_json()
    {
        var folder = TomlTestFolder.Require();
        var (failures, cases) = (new List<string>(), 0);
        foreach (var name in Cases(folder, "valid/"))
        {
            cases++;
            var document = TomlReader.Read(File.ReadAllBytes(Path.Combine(folder, name)), name);
            using var expected = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, Path.ChangeExtension(name, ".json"))));
            var difference = document.Diagnostics.Count > 0
                ? document.Diagnostics[0].ToString()
                : TaggedJson.Difference(expected.RootElement, document.Root);
            if (difference is not null)
            {
                failures.Add($"{name}: {difference}");
            }
        }

        Assert.Empty(failures);
        Assert.True(cases > 200, $"only {cases} cases");
    }

    [Fact]
    public void Every_invalid_case_of_toml_test_is_refused_at_a_place_in_the_file()
    {
        var folder = TomlTestFolder.Require();
        var (failures, cases) = (new List<string>(), 0);
        foreach (var name in Cases(folder, "invalid/"))
        {
            cases++;
            var bytes = File.ReadAllBytes(Path.Combine(folder, name));
            var document = TomlReader.Read(bytes, name);
            var lines = bytes.Count(b => b == '\n') + 1;
            if (document.Diagnostics.Count == 0)
            {
                failures.Add($"{name} was read as {TomlNotation.Write(document.Root)}");
            }
            else if (document.Diagnostics.Any(
                    d => d.Span is not { } span || span.File != name || span.Line < 1 || span.Line > lines || span.Column < 1))
            {
                failures.Add($"{name}: {document.Diagnostics[0]}");
            }
        }

        Assert.Empty(failures);
        Assert.True(cases > 400, $"only {cases} cases");
    }

    [Theory]
    [InlineData("a = {\n  b = 1, # comment\n  c = 2,\n}", "{ a = { b = 1, c = 2 } }")]
    [InlineData("a = \"\\e\\x41\"", "{ a = \"\\x1BA\" }")]
    [InlineData("a = 07:32\nb = 1979-05-27 07:32Z", "{ a = 07:32:00, b = 1979-05-27T07:32:00Z }")]
    [
        InlineData(
            "a.b = 1\n[a.c]\nd = [1, [2.5, 'x'],\n]\n[[e]]\n[[e]]\nf = true",
            "{ a = { b = 1, c = { d = [1, [2.5, \"x\"]] } }, e = [{}, { f = true }] }"),
    ]
    [InlineData("a = \"\"\"\r\none\r\ntwo\\\r\n   three\"\"\"", "{ a = \"one\\ntwothree\" }")]
    [InlineData("a = 0xff\nb = 0o17\nc = 0b101\nd = -1_000", "{ a = 255, b = 15, c = 5, d = -1000 }")]
    [InlineData("a = 1e3\nb = -inf\nc = 4e20", "{ a = 1000, b = -inf, c = 4E+20 }")]
    [InlineData("\uFEFFa = 1", "{ a = 1 }")]
    [InlineData("[[a]]\n[a.b]\nc = 1\n[[a]]\nb = { c = 2 }", "{ a = [{ b = { c = 1 } }, { b = { c = 2 } }] }")]
    [InlineData("", "{}")]
    public void Reads(string toml, string expected)
    {
        var document = Read(toml);
        Assert.Empty(document.Diagnostics);
        Assert.Equal(expected, TomlNotation.Write(document.Root));
    }

    [Fact]
    public void Every_key_and_value_has_its_place()
    {
        var root = Read(
            "# comment\ntitle = \"ä𝄞\" # x\n[search . model]\n  dim=128\nlist = [ 1,\n  22 ]\n[[b]]\n\"q k\" = { x = 1.5 }").Root;
        Assert.Equal("(2,1)-(2,6) (2,9)-(2,14)", Place(root, "title"));
        var search = (TomlTable)root.Find("search")!.Value;
        var model = (TomlTable)search.Find("model")!.Value;
        Assert.Equal("(4,3)-(4,6) (4,7)-(4,10)", Place(model, "dim"));
        Assert.Equal("(5,1)-(5,5) (5,8)-(6,7)", Place(model, "list"));
        Assert.Equal(6, ((TomlArray)model.Find("list")!.Value).Items[1].Span.Line);
        Assert.Equal(3, ((TomlArray)model.Find("list")!.Value).Items[1].Span.Column);
        var table = (TomlTable)((TomlArray)root.Find("b")!.Value).Items[0];
        Assert.Equal("(8,1)-(8,6) (8,9)-(8,20)", Place(table, "q k"));
        Assert.Equal("(8,11)-(8,12) (8,15)-(8,18)", Place((TomlTable)table.Find("q k")!.Value, "x"));
        Assert.Equal(3, model.Span.Line);
    }

    [Fact]
    public void Lines_count_alike_with_either_line_end()
    {
        var lf = Read("a = 1\nb = 2\nc = ").Diagnostics[0];
        var crlf = Read("a = 1\r\nb = 2\r\nc = ").Diagnostics[0];
        Assert.Equal(3, lf.Span!.Value.Line);
        Assert.Equal(lf, crlf);
    }

    [Fact]
    public void Bytes_that_are_no_utf8_are_named_with_their_place()
    {
        var document = TomlReader.Read([.. "a = 1\nb = \"ä"u8, 0xC3, .. "\""u8], "f.toml");
        var diagnostic = Assert.Single(document.Diagnostics);
        Assert.Equal(DiagnosticCodes.InvalidUtf8, diagnostic.Code);
        Assert.StartsWith("f.toml(2,7): error CMP0003: The byte 0xC3", diagnostic.ToString(), StringComparison.Ordinal);
        Assert.Empty(document.Root.Entries);
    }

    [Theory]
    [InlineData("a = 1\rb = 2", 1, 6)]
    [InlineData("# \u0001", 1, 3)]
    [InlineData("x = 1\na = 'tab\tis fine'\nb = \"\u007F\"", 3, 6)]
    [InlineData("a = \"\0\"", 1, 6)]
    public void Control_characters_are_refused(string toml, int line, int column)
    {
        var diagnostic = Read(toml).Diagnostics.First(d => d.Code == DiagnosticCodes.ControlCharacter);
        Assert.Equal((line, column), (diagnostic.Span!.Value.Line, diagnostic.Span.Value.Column));
    }

    [Fact]
    public void Depth_and_size_have_limits()
    {
        Assert.Empty(Read("a = " + new string('[', 100) + new string(']', 100)).Diagnostics);
        foreach (var toml in new[]
        {
            "a = " + new string('[', 500_000),
            "a = " + new string('[', 129) + new string(']', 129),
            "a = " + string.Concat(Enumerable.Repeat("{a=", 100_000)),
            string.Join('.', Enumerable.Repeat("a", 10_000)) + " = 1",
            "[" + string.Join('.', Enumerable.Repeat("a", 10_000)) + "]",
            "[" + string.Join('.', Enumerable.Repeat("a", 120)) + "]\n" + string.Join('.', Enumerable.Repeat("b", 120)) + " = 1",
        })
        {
            Assert.Contains(Read(toml).Diagnostics, d => d.Code == DiagnosticCodes.NestedTooDeep);
        }

        var large = TomlReader.Read(new byte[TomlLimits.Bytes + 1], "f.toml");
        Assert.Equal(DiagnosticCodes.TooLarge, Assert.Single(large.Diagnostics).Code);
        Assert.InRange(Read(string.Concat(Enumerable.Repeat("a = \n", 10_000))).Diagnostics.Count, 1, 200);
    }

    [Theory]
    [InlineData("a = 9223372036854775808")]
    [InlineData("a = 2023-02-29")]
    [InlineData("a = 1\na = 2")]
    [InlineData("a.b = 1\n[a]\nc = 2")]
    [InlineData("a = { b = 1 }\na.c = 2")]
    [InlineData("a = [1]\n[[a]]")]
    [InlineData("a = one-shot")]
    [InlineData("a = 1 b = 2")]
    [InlineData("= 1")]
    [InlineData("a = \"\\q\"")]
    [InlineData("a = \"\\uD800\"")]
    [InlineData("a = [1 2]")]
    [InlineData("[a")]
    [InlineData("a = '")]
    [InlineData("a = 01")]
    [InlineData("\uFEFF\uFEFFa = 1")]
    [InlineData("a = 1\n\uFEFFb = 1")]
    [InlineData("a = { b = 1, , c = 2 }")]
    [InlineData("a = { b = { c = 1, } }\n[a.b]")]
    [InlineData("[[a]]\nb.c = 1\n[a.b]")]
    [InlineData("[[a]]\nb = { c = 1 }\n[[a.b]]")]
    [InlineData("a = 0xFFFFFFFFFFFFFFFF")]
    [InlineData("a = \"b\\\nc\"")]
    [InlineData("\"a\\\nb\" = 1")]
    [InlineData("a = \"\\")]
    public void Refuses(string toml) => Assert.NotEmpty(Read(toml).Diagnostics);

    [Fact]
    public void Mistakes_in_several_lines_are_reported_together()
    {
        var document = Read("a = one\nb = 1\nc 2\nd = [1,\n  x,\n  3]\ne = \"open\n[f\ng = 2\n[h]\ng = 1\ng = 2\n");
        Assert.Equal(
            [
                "f.toml(1,5): error CMP0008: 'one' is no value. A text needs quotes: \"one\".",
                "f.toml(3,3): error CMP0005: A '=' must follow the key 'c'.",
                "f.toml(5,3): error CMP0008: 'x' is no value. A text needs quotes: \"x\".",
                "f.toml(7,5): error CMP0006: The text is not closed with \" in its line.",
                "f.toml(8,1): error CMP0006: The header is not closed with ']'.",
                "f.toml(12,1): error CMP0010: The key 'g' is given already, in line 11. Keep one of the two.",
            ],
            document.Diagnostics.Select(d => d.ToString()));
        Assert.Equal("{ b = 1, h = { g = 1 } }", TomlNotation.Write(document.Root));
    }

    [Theory]
    [
        InlineData(
            "a = \"\\q\"", "f.toml(1,6): error CMP0007: '\\q' is no escape. Write a backslash as '\\\\', or the text in single quotes."),
    ]
    [InlineData("a = \"\\u12\"", "f.toml(1,6): error CMP0007: '\\u12' needs 4 hexadecimal digits.")]
    [InlineData("a = 9223372036854775808", "f.toml(1,5): error CMP0009: The integer 9223372036854775808 has more than 64 bits.")]
    [InlineData("a = 2023-02-29", "f.toml(1,5): error CMP0009: '2023-02-29' is no date or time that exists.")]
    [InlineData("a = [\n1,\n", "f.toml(1,5): error CMP0006: The array is not closed with ']'.")]
    [InlineData("a = [1 2]", "f.toml(1,8): error CMP0005: A ',' or ']' must follow in the array, not '2'.")]
    [InlineData("a =", "f.toml(1,4): error CMP0005: The value of 'a' is missing. It must begin in the line of its '='.")]
    [InlineData("a = 1 b = 2", "f.toml(1,7): error CMP0005: 'b' follows where the line must end. One key and value stand in a line.")]
    [InlineData("[a]\n[a]", "f.toml(2,2): error CMP0011: 'a' is defined already; it stands in line 1. Write all of it in one place.")]
    [InlineData("a = escape", "f.toml(1,5): error CMP0008: 'escape' is no value. A text needs quotes: \"escape\".")]
    [InlineData("a = newline", "f.toml(1,5): error CMP0008: 'newline' is no value. A text needs quotes: \"newline\".")]
    [InlineData("a = 1B", "f.toml(1,5): error CMP0008: '1B' is no value. A text needs quotes: \"1B\".")]
    [InlineData("a = [one-shot]", "f.toml(1,6): error CMP0008: 'one-shot' is no value. A text needs quotes: \"one-shot\".")]
    [
        InlineData(
            "a = { b = 1, , c = 2 }",
            "f.toml(1,14): error CMP0005: ',' cannot stand in a key. Keys are letters, digits, '-' and '_'; others need quotes."),
    ]
    [InlineData("a = {\nb = 1\nc = 2\n}", "f.toml(3,1): error CMP0005: A ',' or '}' must follow in the inline table, not 'c'.")]
    [InlineData("a = \"\"\"\nb", "f.toml(1,5): error CMP0006: The text is not closed with \"\"\".")]
    [InlineData("a = \"b\\\nc\"", "f.toml(1,5): error CMP0006: The text is not closed with \" in its line.")]
    [InlineData("a = 0xFFFFFFFFFFFFFFFF", "f.toml(1,5): error CMP0009: The integer 0xFFFFFFFFFFFFFFFF has more than 64 bits.")]
    [
        InlineData(
            "ä = 1", "f.toml(1,1): error CMP0005: 'ä' cannot stand in a key. Keys are letters, digits, '-' and '_'; others need quotes."),
    ]
    public void Says_what_is_wrong_where_and_how_to_mend_it(string toml, string expected) =>
        Assert.Equal(expected, Assert.Single(Read(toml).Diagnostics).ToString());

    [Fact]
    public void What_follows_a_wrong_header_is_read_and_dropped()
    {
        var document = Read("[a]\nb = 1\n[c\nb = 2\nd 3\n[e f]\nb = 3\n[g]\nb = 4\n[a]\nb = 5\nd = x");
        Assert.Equal(
            [
                "f.toml(3,1): error CMP0006: The header is not closed with ']'.",
                "f.toml(5,3): error CMP0005: A '=' must follow the key 'd'.",
                "f.toml(6,1): error CMP0006: The header is not closed with ']'.",
                "f.toml(10,2): error CMP0011: 'a' is defined already; it stands in line 1. Write all of it in one place.",
                "f.toml(12,5): error CMP0008: 'x' is no value. A text needs quotes: \"x\".",
            ],
            document.Diagnostics.Select(d => d.ToString()));
        Assert.Equal("{ a = { b = 1 }, g = { b = 4 } }", TomlNotation.Write(document.Root));
    }

    [Fact]
    public void Mistakes_without_end_are_told_up_to_the_first_that_is_not_read()
    {
        var mistakes = Read(string.Concat(Enumerable.Repeat("a = \n", 1000))).Diagnostics;
        Assert.Equal(21, mistakes.Count);
        Assert.Equal("f.toml(21,5): error CMP0013: So many mistakes that the rest was not read.", mistakes[^1].ToString());
    }

    /// <summary>Mutated documents: whatever comes in, a document comes out, and nested no deeper than allowed.</summary>
    [Fact]
    public void Any_bytes_give_a_document_and_never_an_exception()
    {
        var random = new Random(20261122);
        var seeds = new[]
        {
            "a = [1, 2.5, \"x\", 'y', true, 1979-05-27T07:32:00Z, { b.c = 0x1F }]\n[t.u]\nv = \"\"\"\nq\\u00E9\"\"\" # c\n[[w]]\n",
            "[[a.b]]\n[a.b.c]\nd.e = -1e5\n\"quoted \\\" key\" = '''\r\nraw'''\r\n[x]\ny = {\n z = [\n],\n}\n",
        };
        const string symbols = "[]{}=.,\"'\n#\\ 0Ae-";
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = Encoding.UTF8.GetBytes(seeds[i % 2]).ToList();
            for (var edits = random.Next(1, 6); edits > 0 && bytes.Count > 0; edits--)
            {
                var at = random.Next(bytes.Count);
                switch (random.Next(4))
                {
                    case 0: bytes.RemoveAt(at); break;
                    case 1: bytes[at] = (byte)random.Next(256); break;
                    case 2: bytes.Insert(at, (byte)symbols[random.Next(symbols.Length)]); break;
                    default: bytes.RemoveRange(at, random.Next(bytes.Count - at)); break;
                }
            }

            Assert.NotNull(TomlReader.Read([.. bytes], "f.toml").Root);
        }
    }

    private static TomlDocument Read(string toml) => TomlReader.Read(Utf8.GetBytes(toml), "f.toml");

    private static IEnumerable<string> Cases(string folder, string kind) =>
        File.ReadLines(Path.Combine(folder, "files-toml-1.1.0"))
            .Where(l => l.StartsWith(kind, StringComparison.Ordinal) && l.EndsWith(".toml", StringComparison.Ordinal));

    private static string Place(TomlTable table, string key)
    {
        var entry = table.Find(key)!;
        return $"{Range(entry.KeySpan)} {Range(entry.Value.Span)}";

        static string Range(Core.Diagnostics.SourceSpan s) =>
            string.Create(CultureInfo.InvariantCulture, $"({s.Line},{s.Column})-({s.EndLine},{s.EndColumn})");
    }
}
