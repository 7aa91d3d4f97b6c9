using System.Globalization;
using Composer.Pipeline.Jobs;
using Composer.Pipeline.Keys;
using Composer.Pipeline.Stages;
using Composer.Store;

namespace Composer.Pipeline.Tests;

/// <summary>A stage whose output is its value with those of its inputs; counts how often it was computed.</summary>
internal sealed class FakeStage(string name, string kind, string value, params Stage[] inputs) : Stage(name, kind, inputs)
{
    private int computed;

    public int Computed => computed;

    public StageNeeds Wanted { get; init; } = StageNeeds.None;

    public Func<CancellationToken, Task<string?>> Work { get; init; } = _ => Task.FromResult<string?>(null);

    /// <summary>Work for agents instead.</summary>
    public Func<IAgentPool, CancellationToken, Task<string?>>? Job { get; init; }

    /// <summary>The output; the value itself unless set.</summary>
    public string? Output { get; init; }

    /// <summary>Makes every computation's output another.</summary>
    public bool IsUnstable { get; init; }

    /// <summary>A file that is an output too.</summary>
    public string? File { get; init; }

    /// <summary>Whether another try would fail in the same way.</summary>
    public bool FailsAlike { get; init; }

    public override string Description => value;

    public override StageNeeds Needs => Wanted;

    public override Preimage BuildPreimage(IStageResults results, StageStore store)
    {
        var key = Preimage.Of(Kind).Add("value", value);
        foreach (var input in Inputs)
        {
            key.Add($"input.{input.Name}", results[input].Record.Output);
        }

        return key.Build();
    }

    public override async Task<StageOutcome> ComputeAsync(StageExecution execution, CancellationToken cancellation)
    {
        Interlocked.Increment(ref computed);
        if (await (Job is null ? Work(cancellation) : Job(execution.Agents, cancellation)) is { } failure)
        {
            return StageOutcome.Failed(failure, FailsAlike);
        }

        var parts = Inputs.Select(i => execution.Inputs[i].Read<string>("output"));
        var outcome = StageOutcome.Done()
            .With("output", string.Join('+', parts.Append(Output ?? value).Concat(IsUnstable ? [$"{computed}"] : [])))
            .WithBeside("timings", computed.ToString(CultureInfo.InvariantCulture));
        return File is null ? outcome : outcome.WithFile("file", File);
    }

    public override string Summarize(StageResult result) => result.Read<string>("output");
}
