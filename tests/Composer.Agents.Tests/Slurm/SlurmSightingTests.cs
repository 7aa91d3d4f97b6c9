using Composer.Agents.Slurm;

namespace Composer.Agents.Tests.Slurm;

/// <summary>Slurm's lines, as they were seen and as they may come.</summary>
public sealed class SlurmSightingTests
{
    [Theory]
    [InlineData("17|abc|PENDING|Resources", "17", "abc", SlurmState.Waiting, "PENDING", "Resources")]
    [InlineData("17_3|abc|RUNNING|None", "17_3", "abc", SlurmState.Running, "RUNNING", "")]
    [InlineData("17|(null)|COMPLETED|(null)", "17", "(null)", SlurmState.Completed, "COMPLETED", "")]
    [InlineData("17||FAILED|NonZeroExitCode", "17", "", SlurmState.Failed, "FAILED", "NonZeroExitCode")]
    [InlineData("17|abc|FAILED|a | b|c", "17", "abc", SlurmState.Failed, "FAILED", "a | b|c")]
    [InlineData("17|abc|PENDING", "17", "abc", SlurmState.Waiting, "PENDING", "")]
    [InlineData("17|abc|PENDING|", "17", "abc", SlurmState.Waiting, "PENDING", "")]
    [InlineData("17|abc|PENDING|(launch failed requeued held)", "17", "abc", SlurmState.Waiting, "PENDING", "(launch failed requeued held)")]
    internal void A_line_of_a_listing_is_read(string line, string id, string comment, SlurmState state, string word, string reason) =>
        Assert.Equal(new SlurmSighting(id, comment, state, word, reason), SlurmSighting.ParseListing(line));

    [Theory]
    [InlineData("17|abc|COMPLETED|0:0", SlurmState.Completed, "0:0")]
    [InlineData("17|abc|CANCELLED by 1000|0:15", SlurmState.Cancelled, "0:15")]
    [InlineData("17_[0-3]||CANCELLED+|0:0", SlurmState.Cancelled, "0:0")]
    [InlineData("17|abc|COMPLETED+|0:0", SlurmState.Completed, "0:0")]
    [InlineData("17|abc|FAILED|3:0", SlurmState.Failed, "3:0")]
    [InlineData("17|abc|FAILED|0:9", SlurmState.Failed, "RaisedSignal:9")]
    [InlineData("17|abc|OUT_OF_MEMORY|0:125", SlurmState.OutOfMemory, "0:125")]
    [InlineData("17|abc|OUT_OF_ME+|0:125", SlurmState.Waiting, "0:125")]
    internal void A_line_of_the_accounting_is_read(string line, SlurmState state, string reason)
    {
        var sighting = SlurmSighting.ParseAccounting(line);

        Assert.NotNull(sighting);
        Assert.Equal((state, reason), (sighting.State, sighting.Reason));
    }

    [Theory]
    [InlineData("")]
    [InlineData("slurm_load_jobs error: Unable to contact slurm controller")]
    [InlineData("|abc|RUNNING|None")]
    [InlineData("17|abc||None")]
    [InlineData("17")]
    public void What_is_no_line_is_none(string line)
    {
        Assert.Null(SlurmSighting.ParseListing(line));
        Assert.Null(SlurmSighting.ParseAccounting(line));
    }

    [Theory]
    [InlineData("PENDING", false)]
    [InlineData("CONFIGURING", false)]
    [InlineData("SPECIAL_EXIT", false)]
    [InlineData("REQUEUED", false)]
    [InlineData("RUNNING", false)]
    [InlineData("STAGE_OUT", false)]
    [InlineData("NODE_FAIL", true)]
    [InlineData("REVOKED", true)]
    [InlineData("COMPLETED", true)]
    public void Only_what_has_ended_has_ended(string word, bool ended) =>
        Assert.Equal(ended, SlurmSighting.ParseListing($"1|c|{word}|None")!.HasEnded);
}
