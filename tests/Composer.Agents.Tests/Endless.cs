using Composer.Core;
using Composer.Pipeline.Jobs;
using Composer.Pipeline.Keys;

namespace Composer.Agents.Tests;

internal sealed record EndlessInputs;

/// <summary>Computes until it is cancelled.</summary>
internal sealed class Endless : JobKind<EndlessInputs>
{
    public static Endless Kind { get; } = new();

    public override string Name => "endless";

    protected override JobCode CodeOf(EndlessInputs inputs) => new(Digest.Of("code"));

    protected override Task<JobOutcome> ComputeAsync(EndlessInputs inputs, JobTools tools, CancellationToken cancellation)
    {
        cancellation.WaitHandle.WaitOne();
        throw new OperationCanceledException(cancellation);
    }
}
