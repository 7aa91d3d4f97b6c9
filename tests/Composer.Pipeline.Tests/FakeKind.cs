using System.Globalization;
using Composer.Core;
using Composer.Pipeline.Jobs;
using Composer.Pipeline.Keys;

namespace Composer.Pipeline.Tests;

/// <summary>A kind whose output is its value with those of its inputs; counts how often it was computed.</summary>
internal class FakeKind(string name) : JobKind<FakeInputs>
{
    /// <summary>The names that experiments go through, in order; evaluations are asked for by searches.</summary>
    public static JobKinds All { get; } =
        new(
            [.. ((string[])["search", "evaluate", "aggregate", "extrapolate", "pretrain", "lm-eval", "report"]).Select(n => new FakeKind(n))]);

    private int computed;

    public override string Name => name;

    public override string? AskedForBy => name == "evaluate" ? "search" : null;

    public override bool RunsOnAgent => OnAgent;

    public bool OnAgent { get; init; }

    public int Computed => computed;

    /// <summary>Names the code that it is computed by.</summary>
    public string Code { get; init; } = "";

    /// <summary>Gives why it failed, or null.</summary>
    public Func<FakeWork, Task<string?>> Work { get; init; } = _ => Task.FromResult<string?>(null);

    /// <summary>The output; the value itself unless set.</summary>
    public string? Output { get; init; }

    /// <summary>Makes every computation's output another.</summary>
    public bool IsUnstable { get; init; }

    /// <summary>A file that is an output too.</summary>
    public string? File { get; init; }

    /// <summary>Whether another try would fail in the same way.</summary>
    public bool FailsAlike { get; init; }

    /// <summary>Named in the preimages of what is published beside the outputs.</summary>
    public string? Byproduct { get; init; }

    public override string Summarize(Results.StageResult result) => result.Read<string>("output");

    public override IReadOnlyDictionary<string, double> MetricsOf(Results.StageResult result) =>
        new Dictionary<string, double> { ["length"] = result.Read<string>("output").Length };

    protected override JobCode CodeOf(FakeInputs inputs) => new(Digest.Of(Code));

    protected override async Task<JobOutcome> ComputeAsync(FakeInputs inputs, JobTools tools, CancellationToken cancellation)
    {
        Interlocked.Increment(ref computed);
        if (await Work(new FakeWork(inputs.Value, tools, cancellation)) is { } failure)
        {
            return JobOutcome.Failed(failure, FailsAlike);
        }

        var parts = inputs.Input.Values.Select(tools.Read<string>);
        var outcome = JobOutcome.Done()
            .With("output", string.Join('+', parts.Append(Output ?? inputs.Value).Concat(IsUnstable ? [$"{computed}"] : [])))
            .WithBeside("timings", computed.ToString(CultureInfo.InvariantCulture));
        return File is null ? outcome : outcome.WithFile("file", File);
    }

    protected override IReadOnlyList<JobByproduct> ByproductsOf(FakeInputs inputs, Preimage preimage, JobOutcome outcome, string folder) =>
        Byproduct is null ? [] : [new(preimage.With(Byproduct, 1), Byproduct, Byproduct, JobOutcome.Done().With("output", Byproduct))];
}
