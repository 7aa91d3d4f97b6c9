using Composer.Pipeline.Jobs;
using Composer.Pipeline.Results;
using Composer.Store;

namespace Composer.Pipeline.Scheduling;

/// <summary>What a stage asks for while it computes.</summary>
/// <param name="store">Where results are.</param>
/// <param name="keyed">Finds, waits, leases.</param>
/// <param name="computation">Computes and publishes.</param>
/// <param name="agents">Those of the stage's try.</param>
/// <param name="asking">How the stage itself is computed: its folder and its place in the queue.</param>
/// <param name="experiment">For labels.</param>
/// <param name="counted">Told how many jobs were computed, and how many were there already.</param>
internal sealed class StageRequests(
    StageStore store,
    KeyedResults keyed,
    JobComputation computation,
    IAgentPool agents,
    JobSetting asking,
    string experiment,
    Action<int, int> counted) : IJobRequests
{
    /// <summary>A search may ask for thousands at once: each takes its leases and its folder when its turn comes.</summary>
    private readonly Turns turns = new(agents.JobsAtOnce);

    public async Task<IReadOnlyList<StageResult>> ObtainAsync(JobRequest request, CancellationToken cancellation)
    {
        await turns.TakeAsync(cancellation).ConfigureAwait(false);
        try
        {
            return await ObtainNowAsync(request, cancellation).ConfigureAwait(false);
        }
        finally
        {
            turns.Return();
        }
    }

    private async Task<IReadOnlyList<StageResult>> ObtainNowAsync(JobRequest request, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        KeyedJob[] jobs = [.. request.Inputs.Select(inputs => KeyedJob.Of(request.Kind, inputs, asking.Needs.OfMachineAlone, store))];
        var setting = new JobSetting(
            request.Kind, request.Name, $"{experiment}/{request.Kind.Name}", Path.Combine(asking.Folder, request.Name))
        {
            Needs = asking.Needs.OfMachineAlone,

            // They are many: one thread each keeps every core busy.
            Threads = 1,
            Priority = asking.Priority,
            Places = request.Places,
            Files = request.Files,
            Notice = notice => asking.Notice($"{request.Name}: {notice}"),
        };
        var results = await keyed.ObtainAsync(
            jobs, known => counted(0, known), (_, _) => { }, ComputeAsync, cancellation).ConfigureAwait(false);
        return [.. jobs.Select(job => results[job.Preimage.Key])];

        async Task<bool> ComputeAsync(IReadOnlyList<KeyedJob> missing, Action<StageResult> add)
        {
            var done = 0;
            var outcome = await computation.ComputeAsync(setting, missing, agents, Published, cancellation).ConfigureAwait(false);
            return outcome.Failure is null ? true : throw new JobFailedException($"{request.Name}: {outcome.Failure}");

            void Published(StageResult result)
            {
                add(result);
                counted(1, 0);
                request.Progressed((double)Interlocked.Increment(ref done) / missing.Count);
            }
        }
    }
}
