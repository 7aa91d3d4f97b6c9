using Composer.Core.Code;
using Composer.Pipeline.Results;
using Composer.Store.Files;

namespace Composer.Pipeline.Jobs;

/// <summary>Has jobs computed, wherever and by whomever.</summary>
[CodeBoundary]
public interface IJobRequests
{
    /// <summary>
    /// The results of jobs: what is in the store is read, what another coordinator computes is waited for, the rest goes
    /// to one agent in turn, and each is published when it is done.
    /// </summary>
    /// <returns>In the order of the request.</returns>
    /// <exception cref="JobFailedException">An agent failed. That says nothing of the inputs, so it is no result.</exception>
    Task<IReadOnlyList<StageResult>> ObtainAsync(JobRequest request, CancellationToken cancellation);
}

/// <summary>Jobs of one kind that belong together.</summary>
/// <param name="Kind">Their kind.</param>
/// <param name="Name">Names them in messages and in the folder that they work in.</param>
/// <param name="Inputs">One job each.</param>
public sealed record JobRequest(JobKind Kind, string Name, IReadOnlyList<object> Inputs)
{
    /// <summary>As <see cref="JobTools.Places"/>.</summary>
    public IReadOnlyDictionary<string, string> Places { get; init; } = new Dictionary<string, string>();

    /// <summary>The files outside the store that the inputs hold the digests of.</summary>
    public IReadOnlyList<FileContent> Files { get; init; } = [];

    /// <summary>Told the share that is done whenever one is.</summary>
    public Action<double> Progressed { get; init; } = _ => { };
}

/// <summary>Of an agent, which asks for nothing.</summary>
internal sealed class NoJobRequests : IJobRequests
{
    public static NoJobRequests Instance { get; } = new();

    public Task<IReadOnlyList<StageResult>> ObtainAsync(JobRequest request, CancellationToken cancellation) =>
        throw new InvalidOperationException($"An agent asks for no jobs, as it did for {request.Name}.");
}
