using Composer.Pipeline.Scheduling;

namespace Composer.Pipeline.Tests.Scheduling;

public sealed class UnitFilesTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void An_output_in_a_folder_of_the_job_is_taken()
    {
        Directory.CreateDirectory(folder["job/inner"]);
        Assert.Equal(Path.Combine(folder["job"], "inner", "output.json"), UnitFiles.Inside(folder["job"], "inner/output.json"));
    }

    [Theory]
    [InlineData("linked/output.json")]
    [InlineData("link.json")]
    [InlineData("inner/../../output.json")]
    [InlineData("/etc/hostname")]
    public void An_output_that_lies_elsewhere_is_refused(string file)
    {
        Directory.CreateDirectory(folder["job/inner"]);
        Directory.CreateDirectory(folder["elsewhere"]);
        File.WriteAllText(folder["elsewhere/output.json"], "secret");
        Directory.CreateSymbolicLink(folder["job/linked"], folder["elsewhere"]);
        File.CreateSymbolicLink(folder["job/link.json"], folder["elsewhere/output.json"]);

        var refused = Assert.Throws<InvalidDataException>(() => UnitFiles.Inside(folder["job"], file));

        Assert.Contains(file, refused.Message, StringComparison.Ordinal);
    }
}
