using Composer.Manifests.Toml;

namespace Composer.Manifests.Tests.Toml;

/// <summary>The project's own reader: the contract, and the messages that are its own.</summary>
public sealed class TomlReaderTests : TomlReaderContract
{
    public override ITomlReader Reader { get; } = new TomlReader();

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
    [InlineData("a = \"\\q\"", "f.toml(1,6): error CMP0007: '\\q' is no escape. Write a backslash as '\\\\', or the text in single quotes.")]
    [InlineData("a = \"\\u12\"", "f.toml(1,6): error CMP0007: '\\u12' needs 4 hexadecimal digits.")]
    [InlineData("a = 9223372036854775808", "f.toml(1,5): error CMP0009: The integer 9223372036854775808 has more than 64 bits.")]
    [InlineData("a = 2023-02-29", "f.toml(1,5): error CMP0009: '2023-02-29' is no date or time that exists.")]
    [InlineData("a = [\n1,\n", "f.toml(1,5): error CMP0006: The array is not closed with ']'.")]
    [InlineData("a = [1 2]", "f.toml(1,8): error CMP0005: A ',' or ']' must follow in the array, not '2'.")]
    [InlineData("a =", "f.toml(1,4): error CMP0005: The value of 'a' is missing. It must begin in the line of its '='.")]
    [InlineData("a = 1 b = 2", "f.toml(1,7): error CMP0005: 'b' follows where the line must end. One key and value stand in a line.")]
    [InlineData("[a]\n[a]", "f.toml(2,2): error CMP0011: 'a' is defined already; it stands in line 1. Write all of it in one place.")]
    [InlineData("ä = 1", "f.toml(1,1): error CMP0005: 'ä' cannot stand in a key. Keys are letters, digits, '-' and '_'; others need quotes.")]
    public void Says_what_is_wrong_where_and_how_to_mend_it(string toml, string expected) =>
        Assert.Equal(expected, Assert.Single(Read(toml).Diagnostics).ToString());
}
