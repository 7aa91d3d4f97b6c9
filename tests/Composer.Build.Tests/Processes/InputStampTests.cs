using Composer.Build.Processes;

namespace Composer.Build.Tests.Processes;

public sealed class InputStampTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public InputStampTests()
    {
        _folder.Write("src/A.cs", "a");
        _folder.Write("src/deep/B.cs", "b");
        _folder.Write("props", "p");
        _folder.Write("out.dll", "o");
        Stamp().Write();
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Unchanged_inputs_are_current() => Assert.True(Stamp().IsCurrent());

    [Fact]
    public void A_touched_input_with_the_same_content_is_current()
    {
        File.SetLastWriteTimeUtc(Path.Join(_folder.Path, "src/A.cs"), new DateTime(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        Assert.True(Stamp().IsCurrent());
    }

    [Theory]
    [InlineData("src/deep/B.cs", "c")]
    [InlineData("src/New.cs", "")]
    [InlineData("props", "q")]
    [InlineData("out.dll", "other")]
    public void A_changed_input_or_output_is_not_current(string file, string content)
    {
        _folder.Write(file, content);
        Assert.False(Stamp().IsCurrent());
    }

    [Theory]
    [InlineData("src/A.cs")]
    [InlineData("out.dll")]
    public void A_deleted_input_or_output_is_not_current(string file)
    {
        File.Delete(Path.Join(_folder.Path, file));
        Assert.False(Stamp().IsCurrent());
    }

    [Fact]
    public void A_renamed_input_is_not_current()
    {
        File.Move(Path.Join(_folder.Path, "src/A.cs"), Path.Join(_folder.Path, "src/C.cs"));
        Assert.False(Stamp().IsCurrent());
    }

    [Fact]
    public void A_cleared_stamp_is_not_current()
    {
        Stamp().Clear();
        Assert.False(Stamp().IsCurrent());
    }

    private InputStamp Stamp() =>
        new(Path.Join(_folder.Path, "stamps/product"), _folder.Path, ["src", "props"], [Path.Join(_folder.Path, "out.dll")]);
}
