using Composer.Agents.Attempts;
using Composer.Agents.Slurm;
using Composer.Pipeline.Jobs;

namespace Composer.Agents.Tests.Slurm;

/// <summary>The rules by which an attempt is waited for, taken or made again, a row each.</summary>
public sealed class SlurmVerdictTests
{
    private const int Silence = 180;
    private const int Late = 60;
    private const int LateFailure = 10;

    private static readonly AttemptSituation Nothing = new()
    {
        Sighting = null,
        Missing = TimeSpan.Zero,
        Over = TimeSpan.Zero,
        Running = TimeSpan.Zero,
        HasStarted = false,
        Silent = TimeSpan.Zero,
        HasProgressed = false,
        Result = null,
    };

    [Theory]
    [InlineData("PENDING", false, 0, 0, 0, VerdictKind.Wait)]
    [InlineData("PENDING", true, 0, 0, 99_999, VerdictKind.Wait)]
    [InlineData("SUSPENDED", true, 0, 0, 99_999, VerdictKind.Wait)]
    [InlineData("A_WORD_OF_TOMORROW", false, 0, 99_999, 0, VerdictKind.Wait)]
    [InlineData("RUNNING", true, 0, 99_999, Silence - 1, VerdictKind.Wait)]
    [InlineData("RUNNING", true, 0, 99_999, Silence, VerdictKind.Lost)]
    [InlineData("COMPLETING", true, 0, 0, Silence, VerdictKind.Lost)]
    [InlineData("RUNNING", false, 0, Silence - 1, 0, VerdictKind.Wait)]
    [InlineData("RUNNING", false, 0, Silence, 0, VerdictKind.NotBegun)]
    [InlineData("COMPLETED", true, Late - 1, 0, 0, VerdictKind.Wait)]
    [InlineData("COMPLETED", true, Late, 0, 0, VerdictKind.Lost)]
    [InlineData("COMPLETED", false, Late, 0, 0, VerdictKind.Lost)]
    [InlineData("FAILED", true, LateFailure - 1, 0, 0, VerdictKind.Wait)]
    [InlineData("FAILED", true, LateFailure, 0, 0, VerdictKind.Died)]
    [InlineData("FAILED", false, LateFailure, 0, 0, VerdictKind.NotBegun)]
    [InlineData("CANCELLED", true, LateFailure - 1, 0, 0, VerdictKind.Wait)]
    [InlineData("CANCELLED by 1000", true, LateFailure, 0, 0, VerdictKind.Failed)]
    [InlineData("TIMEOUT", true, LateFailure, 0, 0, VerdictKind.Failed)]
    [InlineData("DEADLINE", true, LateFailure, 0, 0, VerdictKind.Failed)]
    [InlineData("OUT_OF_MEMORY", true, LateFailure, 0, 0, VerdictKind.Failed)]
    [InlineData("PREEMPTED", true, LateFailure, 0, 0, VerdictKind.Lost)]
    [InlineData("NODE_FAIL", true, LateFailure - 1, 0, 0, VerdictKind.Wait)]
    [InlineData("NODE_FAIL", true, LateFailure, 0, 0, VerdictKind.Lost)]
    [InlineData("BOOT_FAIL", false, LateFailure, 0, 0, VerdictKind.Lost)]
    internal void What_a_listing_says_counts_after_its_time(
        string word, bool hasStarted, int over, int running, int silent, VerdictKind expected)
    {
        var verdict = Of(Nothing with
        {
            Sighting = Seen(word),
            HasStarted = hasStarted,
            Over = Seconds(over),
            Running = Seconds(running),
            Silent = Seconds(silent),
        });

        Assert.Equal(expected, verdict.Kind);
        Assert.Equal(expected == VerdictKind.Wait, verdict.Why.Length == 0);
    }

    [Theory]
    [InlineData(0, false, 0, VerdictKind.Wait)]
    [InlineData(Late - 1, false, 0, VerdictKind.Wait)]
    [InlineData(Late, false, 0, VerdictKind.Lost)]
    [InlineData(Late, true, Silence - 1, VerdictKind.Wait)]
    [InlineData(99_999, true, Silence - 1, VerdictKind.Wait)]
    [InlineData(Late - 1, true, Silence, VerdictKind.Wait)]
    [InlineData(Late, true, Silence, VerdictKind.Lost)]
    [InlineData(0, true, 99_999, VerdictKind.Wait)]
    internal void What_no_listing_has_is_lost_only_when_its_heart_is_silent_too(int missing, bool hasStarted, int silent, VerdictKind expected) =>
        Assert.Equal(expected, Of(Nothing with { Missing = Seconds(missing), HasStarted = hasStarted, Silent = Seconds(silent) }).Kind);

    [Theory]
    [InlineData("RUNNING")]
    [InlineData("FAILED")]
    [InlineData("NODE_FAIL")]
    [InlineData("TIMEOUT")]
    [InlineData("CANCELLED")]
    [InlineData(null)]
    public void A_result_beats_whatever_the_scheduler_says(string? word)
    {
        var situation = Nothing with
        {
            Sighting = word is null ? null : Seen(word),
            Over = Seconds(99_999),
            Silent = Seconds(99_999),
            Missing = Seconds(99_999),
            HasStarted = true,
        };

        Assert.Equal(VerdictKind.Ended, Of(situation with { Result = Result() }).Kind);
        Assert.Equal(VerdictKind.Ended, Of(situation with { Result = Result(new JobResult { Failure = "a mistake" }) }).Kind);
        Assert.NotEqual(VerdictKind.Ended, Of(situation).Kind);
    }

    [Theory]
    [InlineData("SIGTERM", true, VerdictKind.Interrupted)]
    [InlineData("SIGTERM", false, VerdictKind.Lost)]
    [InlineData("SIGINT", false, VerdictKind.Lost)]
    [InlineData(AttemptRunner.BeforeTimeLimit, true, VerdictKind.Interrupted)]
    [InlineData(AttemptRunner.BeforeTimeLimit, false, VerdictKind.Failed)]
    internal void One_that_was_stopped_goes_on_unless_its_time_brings_it_nowhere(string signal, bool hasProgressed, VerdictKind expected)
    {
        var verdict = Of(Nothing with
        {
            HasStarted = true,
            HasProgressed = hasProgressed,
            Result = Result(new JobResult { Cancelled = true }, signal),
        });

        Assert.Equal(expected, verdict.Kind);
        Assert.Contains(expected == VerdictKind.Failed ? "agents.slurm.time" : signal, verdict.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void A_time_limit_is_no_failure_of_what_left_a_checkpoint() => Assert.Equal(
        VerdictKind.Interrupted,
        Of(Nothing with { Sighting = Seen("TIMEOUT"), Over = Seconds(LateFailure), HasStarted = true, HasProgressed = true }).Kind);

    [Theory]
    [InlineData("RUNNING", 0, 0, VerdictKind.Wait)]
    [InlineData("COMPLETED", 99_999, Silence - 1, VerdictKind.Wait)]
    [InlineData("FAILED", 99_999, Silence - 1, VerdictKind.Wait)]
    [InlineData(null, 99_999, Silence - 1, VerdictKind.Wait)]
    [InlineData("COMPLETED", 99_999, Silence, VerdictKind.Lost)]
    [InlineData("RUNNING", 0, Silence, VerdictKind.Lost)]
    internal void Outputs_that_are_on_their_way_are_waited_for_as_long_as_a_silent_job(string? word, int over, int unseen, VerdictKind expected)
    {
        var verdict = Of(Nothing with
        {
            Sighting = word is null ? null : Seen(word),
            Missing = Seconds(over),
            Over = Seconds(over),
            HasStarted = true,
            Unseen = ("out.json", Seconds(unseen)),
        });

        Assert.Equal(expected, verdict.Kind);
        Assert.Equal(expected == VerdictKind.Lost, verdict.Why.Contains("out.json", StringComparison.Ordinal));
    }

    [Fact]
    public void Outputs_are_waited_for_a_minute_at_least_however_short_the_silence() => Assert.Equal(
        VerdictKind.Wait,
        SlurmVerdict.Of(Nothing with { HasStarted = true, Unseen = ("out.json", Seconds(Late - 1)) }, Seconds(5)).Kind);

    [Theory]
    [InlineData("RUNNING", true)]
    [InlineData(null, true)]
    [InlineData("NODE_FAIL", false)]
    [InlineData("COMPLETED", false)]
    public void What_may_run_still_is_cancelled(string? word, bool isCancelled) => Assert.Equal(
        isCancelled,
        Of(Nothing with
        {
            Sighting = word is null ? null : Seen(word),
            HasStarted = true,
            Silent = Seconds(Silence),
            Missing = Seconds(Late),
            Over = Seconds(Late),
        }).IsToBeCancelled);

    [Theory]
    [InlineData("RaisedSignal:9(Killed)")]
    [InlineData("JobLaunchFailure")]
    public void A_killed_one_is_told_of_memory(string reason) => Assert.Contains(
        "agents.slurm.memory_gb",
        Of(Nothing with { Sighting = Seen("FAILED") with { Reason = reason }, Over = Seconds(LateFailure), HasStarted = true }).Why,
        StringComparison.Ordinal);

    private static SlurmVerdict Of(AttemptSituation situation) => SlurmVerdict.Of(situation, Seconds(Silence));

    private static SlurmSighting Seen(string word) => SlurmSighting.ParseListing($"17|comment|{word}|None")!;

    private static AttemptResult Result(JobResult? result = null, string? signal = null) => new(result ?? new JobResult(), signal);

    private static TimeSpan Seconds(int seconds) => TimeSpan.FromSeconds(seconds);
}
