using Composer.Core;
using Composer.Core.Diagnostics;
using Composer.Pipeline.Jobs;
using Composer.Store.Files;

namespace Composer.Pipeline.Tests.Jobs;

/// <summary>A computation's files are those that were planned, from before it reads them until it has read them.</summary>
public sealed class JobFilesTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly string file;
    private readonly FileContent planned;

    public JobFilesTests()
    {
        file = folder.Write("corpus", "as planned");
        planned = new FileContent(file, Digest.Of("as planned"), null);
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Other_bytes_than_were_planned_are_never_read()
    {
        File.WriteAllText(file, "AS PLANNED");
        var refused = Assert.Throws<UserInputException>(() => new JobFiles([planned]).Hold());
        Assert.Equal("CMP7006", refused.Diagnostics[0].Code);
        Assert.Contains($"'{file}' has changed since it was planned", refused.Message, StringComparison.Ordinal);
        Assert.Contains(planned.Digest.Short, refused.Message, StringComparison.Ordinal);
        Assert.Contains(Digest.Of("AS PLANNED").Short, refused.Message, StringComparison.Ordinal);
        Assert.Contains("Run again", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Signature_that_was_planned_is_no_proof_of_other_bytes()
    {
        new JobFiles([planned]).Hold();
        var plannedThen = planned with { Signature = FileSignature.Of(file) };
        var time = File.GetLastWriteTimeUtc(file);
        File.WriteAllText(file, "AS PLANNED");
        File.SetLastWriteTimeUtc(file, time);
        Assert.Throws<UserInputException>(() => new JobFiles([plannedThen]).Hold());
    }

    /// <summary>Whatever was done to a file while it was read, nobody knows what was read in between.</summary>
    [Theory]
    [InlineData("rewritten")]
    [InlineData("rewritten and set back")]
    [InlineData("renamed over")]
    [InlineData("touched")]
    [InlineData("deleted")]
    [InlineData("there and back")]
    public void Change_while_it_is_read_is_found(string change)
    {
        var files = new JobFiles([planned]);
        files.Hold();
        files.Confirm();
        var time = File.GetLastWriteTimeUtc(file);
        switch (change)
        {
            case "rewritten":
                File.WriteAllText(file, "AS PLANNED");
                break;
            case "rewritten and set back":
                File.WriteAllText(file, "AS PLANNED");
                File.SetLastWriteTimeUtc(file, time);
                break;
            case "renamed over":
                File.Move(folder.Write("other", "AS PLANNED"), file, overwrite: true);
                break;
            case "touched":
                File.SetLastWriteTimeUtc(file, time.AddSeconds(1));
                break;
            case "deleted":
                File.Delete(file);
                break;
            default:
                File.WriteAllText(file, "AS PLANNED");
                File.WriteAllText(file, "as planned");
                File.SetLastWriteTimeUtc(file, time);
                break;
        }

        Assert.Equal("CMP7006", Assert.Throws<UserInputException>(files.Confirm).Diagnostics[0].Code);
    }

    [Fact]
    public void What_becomes_of_a_file_after_it_was_read_is_nothing_to_the_computation()
    {
        var files = new JobFiles([planned], folder: folder.Path);
        files.Hold();
        files.Release();
        File.Delete(file);
        files.Confirm();
    }

    [Fact]
    public void Stored_file_whose_time_somebody_renewed_is_the_same()
    {
        var files = new JobFiles([], [planned]);
        files.Hold();
        File.SetLastWriteTimeUtc(file, File.GetLastWriteTimeUtc(file).AddSeconds(1));
        files.Confirm();
        File.WriteAllText(file, "AS PLANNED");
        Assert.Equal("CMP7007", Assert.Throws<UserInputException>(files.Confirm).Diagnostics[0].Code);
    }

    /// <summary>A computation that was killed left a checkpoint; what it had read until then nobody confirmed.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Checkpoint_of_a_reading_that_was_not_confirmed_is_taken_while_the_files_are_the_same(bool changedInBetween)
    {
        var checkpoint = folder.Write("job/checkpoints/step-1", "half a model");
        var job = folder.Write("job/job.json", "{}");
        new JobFiles([planned], folder: folder["job"]).Hold();
        if (changedInBetween)
        {
            File.WriteAllText(file, "AS PLANNED");
            File.WriteAllText(file, "as planned");
        }

        Assert.Equal(!changedInBetween, JobFiles.MayContinue(folder["job"]));

        new JobFiles([planned], folder: folder["job"]).Hold();

        Assert.Equal(!changedInBetween, File.Exists(checkpoint));
        Assert.True(File.Exists(job));
    }

    [Fact]
    public void Checkpoint_of_a_reading_that_was_confirmed_is_taken_whatever_became_of_the_files_since()
    {
        var checkpoint = folder.Write("job/checkpoints/step-1", "half a model");
        var files = new JobFiles([planned], folder: folder["job"]);
        files.Hold();
        files.Release();
        File.SetLastWriteTimeUtc(file, File.GetLastWriteTimeUtc(file).AddSeconds(1));
        new JobFiles([planned], folder: folder["job"]).Hold();
        Assert.True(File.Exists(checkpoint));
    }
}
