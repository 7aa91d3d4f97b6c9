using Xunit.Sdk;

namespace Composer.Testing.Tests;

public sealed class GoldenFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Same_text_passes_whatever_ends_its_lines_and_clears_what_was_received()
    {
        folder.Write("a.txt.received", "of yesterday");
        File("one\r\ntwo\n").Verify("one\ntwo\n");
        Assert.Equal(["a.txt"], Names());
    }

    [Fact]
    public void Other_text_fails_with_its_line_and_lies_beside_the_golden_one()
    {
        var file = File("one\ntwo\n");

        var failure = Assert.ThrowsAny<XunitException>(() => file.Verify("one\ntoo\n"));

        Assert.Contains("line 2 is\n  too\nand should be\n  two", failure.Message, StringComparison.Ordinal);
        Assert.Equal("one\ntwo\n", System.IO.File.ReadAllText(folder["a.txt"]));
        Assert.Equal("one\ntoo\n", System.IO.File.ReadAllText(file.Received));
    }

    [Fact]
    public void Missing_golden_file_fails_and_is_not_made()
    {
        Assert.ThrowsAny<XunitException>(() => new GoldenFile(folder["a.txt"]) { IsUpdating = false }.Verify("one\n"));
        Assert.Equal(["a.txt.received"], Names());
    }

    [Fact]
    public void Text_becomes_the_golden_file_when_one_asks_for_it()
    {
        new GoldenFile(folder["a.txt"]) { IsUpdating = true }.Verify("one\n");
        File(null).Verify("one\n");
        Assert.Equal(["a.txt"], Names());
    }

    private GoldenFile File(string? content)
    {
        if (content is not null)
        {
            folder.Write("a.txt", content);
        }

        return new GoldenFile(folder["a.txt"]) { IsUpdating = false };
    }

    private IEnumerable<string?> Names() => Directory.EnumerateFiles(folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal);
}
