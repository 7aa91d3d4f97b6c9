namespace Composer.Testing.Tests;

public class TemporaryFolderTests
{
    [Fact]
    public void Folder_is_one_s_own_and_gone_with_what_was_written()
    {
        string path;
        using (var folder = new TemporaryFolder())
        using (var other = new TemporaryFolder())
        {
            path = folder.Path;
            Assert.NotEqual(path, other.Path);
            Assert.Equal("x", File.ReadAllText(folder.Write("a/b.txt", "x")));
            Assert.True(File.Exists(folder["a/b.txt"]));
        }

        Assert.False(Directory.Exists(path));
    }

    [Fact]
    public void Script_can_be_executed()
    {
        using var folder = new TemporaryFolder("composer test ");
        var finished = Execution.FinishedProcess.TryRun(folder.WriteScript("say", "#!/bin/sh\necho \"$1\"; echo no >&2; exit 3\n"), "yes");
        Assert.Equal(new Execution.FinishedProcess(3, "yes\n", "no\n"), finished);
        Assert.Null(Execution.FinishedProcess.TryRun(folder["there-is-none"]));
    }
}
