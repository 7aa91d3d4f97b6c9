using Composer.Core.Files;

namespace Composer.Core.Tests.Files;

public sealed class WholeFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void File_is_replaced_and_nothing_is_left_beside_it()
    {
        WholeFile.Quick.Write(folder["a"], "one"u8.ToArray());
        WholeFile.Durable.Write(folder["a"], stream => stream.Write("two"u8));
        Assert.Equal("two", File.ReadAllText(folder["a"]));
        Assert.Equal(["a"], Names());
    }

    [Fact]
    public void File_stays_as_it_was_until_the_new_one_is_whole()
    {
        folder.Write("a", "old");
        WholeFile.Quick.Write(folder["a"], stream =>
        {
            stream.Write("new"u8);
            Assert.Equal("old", File.ReadAllText(folder["a"]));
            Assert.Equal(["a", "a.writing"], Names());
        });
        Assert.Equal("new", File.ReadAllText(folder["a"]));
    }

    [Fact]
    public void Writer_that_fails_leaves_the_old_file_alone()
    {
        folder.Write("a", "old");
        Assert.Throws<InvalidDataException>(() => WholeFile.Durable.Write(folder["a"], _ => throw new InvalidDataException()));
        Assert.Equal("old", File.ReadAllText(folder["a"]));
        Assert.Equal(["a"], Names());
    }

    [Fact]
    public void What_a_killed_writer_left_is_written_over()
    {
        folder.Write("a.writing", "half of a long text");
        WholeFile.Quick.Write(folder["a"], "b"u8.ToArray());
        Assert.Equal("b", File.ReadAllText(folder["a"]));
        Assert.Equal(["a"], Names());
    }

    [Fact]
    public void Two_writers_with_endings_of_their_own_do_not_meet()
    {
        new WholeFile(".writing-1").Write(folder["a"], first =>
        {
            first.Write("one"u8);
            new WholeFile(".writing-2").Write(folder["a"], "two"u8.ToArray());
        });
        Assert.Equal("one", File.ReadAllText(folder["a"]));
        Assert.Equal(["a"], Names());
    }

    private IEnumerable<string?> Names() => Directory.EnumerateFiles(folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal);
}
