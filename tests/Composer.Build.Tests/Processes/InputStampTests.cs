using Composer.Build.Processes;

namespace Composer.Build.Tests.Processes;

public sealed class InputStampTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public InputStampTests()
    {
        folder.Write("src/A.cs", "a");
        folder.Write("src/deep/B.cs", "b");
        folder.Write("props", "p");
        folder.Write("out.dll", "o");
        Stamp().Write();
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Unchanged_inputs_are_current() => Assert.True(Stamp().IsCurrent());

    [Fact]
    public void A_touched_input_with_the_same_content_is_current()
    {
        File.SetLastWriteTimeUtc(Path.Join(folder.Path, "src/A.cs"), new DateTime(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        Assert.True(Stamp().IsCurrent());
    }

    [Theory]
    [InlineData("src/deep/B.cs", "c")]
    [InlineData("src/New.cs", "")]
    [InlineData("props", "q")]
    [InlineData("out.dll", "other")]
    public void A_changed_input_or_output_is_not_current(string file, string content)
    {
        folder.Write(file, content);
        Assert.False(Stamp().IsCurrent());
    }

    [Theory]
    [InlineData("src/A.cs")]
    [InlineData("out.dll")]
    public void A_deleted_input_or_output_is_not_current(string file)
    {
        File.Delete(Path.Join(folder.Path, file));
        Assert.False(Stamp().IsCurrent());
    }

    [Fact]
    public void A_renamed_input_is_not_current()
    {
        File.Move(Path.Join(folder.Path, "src/A.cs"), Path.Join(folder.Path, "src/C.cs"));
        Assert.False(Stamp().IsCurrent());
    }

    [Fact]
    public void A_cleared_stamp_is_not_current()
    {
        Stamp().Clear();
        Assert.False(Stamp().IsCurrent());
    }

    private InputStamp Stamp() =>
        new(Path.Join(folder.Path, "stamps/product"), folder.Path, ["src", "props"], [Path.Join(folder.Path, "out.dll")]);
}
