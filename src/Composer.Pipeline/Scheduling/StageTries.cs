using System.Globalization;
using Composer.Pipeline.Graph;
using Composer.Pipeline.Jobs;
using Composer.Pipeline.Progress;

namespace Composer.Pipeline.Scheduling;

/// <summary>
/// Computes a stage as long and as often as its limits allow. What would fail alike is not tried again: a user's mistake,
/// a loss that is not finite, a bug.
/// </summary>
internal sealed class StageTries(StageLimit limit, string stage, IAgentPool agents, TimeProvider time, Action<PipelineEvent> tell)
{
    /// <param name="compute">Computes with the agents of a try, until its token ends it.</param>
    /// <param name="cancellation">Of the run.</param>
    public async Task<JobOutcome> ComputeAsync(
        Func<IAgentPool, CancellationToken, Task<JobOutcome>> compute, CancellationToken cancellation)
    {
        for (var tried = 1; ; tried++)
        {
            string failure;
            try
            {
                var outcome = await TryAsync(compute, cancellation).ConfigureAwait(false);
                if (outcome.Failure is null || outcome.FailsAlike || tried > limit.Retries)
                {
                    return outcome.Failure is null || tried == 1
                        ? outcome
                        : JobOutcome.Failed(string.Create(CultureInfo.InvariantCulture, $"{outcome.Failure} (tried {tried} times)"));
                }

                failure = outcome.Failure;
            }
            catch (Exception e) when (tried <= limit.Retries && !cancellation.IsCancellationRequested && StageFailure.MayPass(e))
            {
                failure = e.Message;
            }

            tell(new StageRetried(time.GetUtcNow(), stage, tried, limit.Retries, failure));
        }
    }

    private async Task<JobOutcome> TryAsync(Func<IAgentPool, CancellationToken, Task<JobOutcome>> compute, CancellationToken cancellation)
    {
        var timed = new TimedAgentPool(agents, limit.Time, time, cancellation);
        await using var pool = timed.ConfigureAwait(false);
        try
        {
            return await compute(timed, timed.Stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (timed.IsOver)
        {
            return JobOutcome.Failed(
                $"took longer than its limit of {limit.TimeText}; what was finished stays, and the next try goes on from there");
        }
    }
}
