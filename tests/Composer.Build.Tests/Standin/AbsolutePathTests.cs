using Nuke.Common.IO;

namespace Composer.Build.Tests.Standin;

public class AbsolutePathTests
{
    private static readonly string Root = Path.GetPathRoot(Path.GetTempPath())!;

    [Fact]
    public void Joins_and_normalises()
    {
        AbsolutePath path = Path.Join(Root, "a", "b") + Path.DirectorySeparatorChar;
        Assert.Equal(Path.Join(Root, "a", "c"), (string)(path / ".." / "c"));
        Assert.Equal("b", path.Name);
        Assert.Equal((AbsolutePath)Path.Join(Root, "a"), path.Parent);
    }

    [Fact]
    public void Refuses_a_relative_path() => Assert.Throws<ArgumentException>(() => (AbsolutePath)"a/b");

    [Fact]
    public void Refuses_a_rooted_right_side() => Assert.Throws<ArgumentException>(() => (AbsolutePath)Root / Root);

    [Fact]
    public void Null_stays_null() => Assert.Null((AbsolutePath?)(string?)null);

    [Fact]
    public void Deletes_a_folder_once_and_a_second_time_not()
    {
        AbsolutePath folder = Directory.CreateTempSubdirectory().FullName;
        File.WriteAllText(folder / "file", "");
        folder.DeleteDirectory();
        folder.DeleteDirectory();
        Assert.False(folder.DirectoryExists());
    }
}
