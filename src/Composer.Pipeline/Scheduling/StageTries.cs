using System.Globalization;
using Composer.Pipeline.Jobs;
using Composer.Pipeline.Planning;
using Composer.Pipeline.Progress;
using Composer.Pipeline.Stages;

namespace Composer.Pipeline.Scheduling;

/// <summary>Computes a stage as long and as often as its limits allow. What would fail alike is not tried again: a user's mistake, a loss that is not finite, a bug.</summary>
internal sealed class StageTries(StageLimits limits, IAgentPool agents, TimeProvider time, Action<PipelineEvent> tell)
{
    /// <param name="stage">What to compute.</param>
    /// <param name="execution">What it is given, but for the agents of each try.</param>
    /// <param name="cancellation">Of the run.</param>
    public async Task<StageOutcome> ComputeAsync(Stage stage, Func<IAgentPool, StageExecution> execution, CancellationToken cancellation)
    {
        var retries = limits.RetriesOf(stage.Kind);
        for (var tried = 1; ; tried++)
        {
            string failure;
            try
            {
                var outcome = await TryAsync(stage, execution, cancellation).ConfigureAwait(false);
                if (outcome.Failure is null || outcome.FailsAlike || tried > retries)
                {
                    return outcome.Failure is null || tried == 1
                        ? outcome
                        : StageOutcome.Failed(string.Create(CultureInfo.InvariantCulture, $"{outcome.Failure} (tried {tried} times)"));
                }

                failure = outcome.Failure;
            }
            catch (Exception e) when (tried <= retries && !cancellation.IsCancellationRequested && StageFailure.MayPass(e))
            {
                failure = e.Message;
            }

            tell(new StageRetried(time.GetUtcNow(), stage.Name, tried, retries, failure));
        }
    }

    private async Task<StageOutcome> TryAsync(Stage stage, Func<IAgentPool, StageExecution> execution, CancellationToken cancellation)
    {
        var timed = new TimedAgentPool(agents, limits.TimeOf(stage.Kind), time, cancellation);
        await using var pool = timed.ConfigureAwait(false);
        try
        {
            return await stage.ComputeAsync(execution(timed), timed.Stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (timed.IsOver)
        {
            return StageOutcome.Failed($"took longer than its limit of {limits.TimeTextOf(stage.Kind)}; what was finished stays, and the next try goes on from there");
        }
    }
}
