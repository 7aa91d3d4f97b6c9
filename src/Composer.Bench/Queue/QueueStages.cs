using Composer.Core;
using Composer.Core.Settings;
using Composer.Pipeline.Graph;
using Composer.Pipeline.Jobs;
using Composer.Pipeline.Keys;
using static System.FormattableString;

namespace Composer.Bench.Queue;

/// <summary>As large as the inputs of an evaluation.</summary>
internal sealed record EvaluationInputs
{
    public required int Candidate { get; init; }

    public required int Number { get; init; }

    public required ValueMap<double> Section { get; init; }
}

/// <summary>All that a made-up search sees.</summary>
internal sealed record ManyInputs(int Candidates, int Evaluations);

/// <summary>What nodes are said to compute.</summary>
internal sealed class EvaluationKind : JobKind<EvaluationInputs>
{
    public const string Output = "evaluation.json";

    private static readonly JobCode Code = new(Digest.Of("evaluation"));

    public static EvaluationKind Kind { get; } = new();

    public override string Name => "evaluate";

    public override bool RunsOnAgent => true;

    public override string? AskedForBy => ManyKind.SearchName;

    protected override JobCode CodeOf(EvaluationInputs inputs) => Code;

    protected override Task<JobOutcome> ComputeAsync(EvaluationInputs inputs, JobTools tools, CancellationToken cancellation) =>
        throw new NotSupportedException("The nodes are made up.");
}

/// <summary>A search that proposes all of its candidates at once, as one-shot does.</summary>
/// <param name="counts">Told of each candidate and of each evaluation that is there.</param>
internal sealed class ManyKind(QueueCounts counts) : JobKind<ManyInputs>
{
    public const string SearchName = "search";

    private const int Fields = 24;
    private static readonly JobCode Code = new(Digest.Of("search"));

    private static readonly ValueMap<double> Section =
        new(Enumerable.Range(0, Fields).Select(i => KeyValuePair.Create(Invariant($"field_{i:00}"), 0.1)));

    public override string Name => SearchName;

    /// <summary>The graph of one such search.</summary>
    public static StageGraph Graph(QueueCounts counts, int candidates, int evaluations)
    {
        var kind = new ManyKind(counts);
        var stage = new Stage(SearchName, kind, [], (_, _) => new ManyInputs(candidates, evaluations)) { Description = "many candidates" };
        return new StageGraph("queue", null, 0, new JobKinds([kind, EvaluationKind.Kind]), [stage]);
    }

    protected override JobCode CodeOf(ManyInputs inputs) => Code;

    protected override async Task<JobOutcome> ComputeAsync(ManyInputs inputs, JobTools tools, CancellationToken cancellation)
    {
        await Task.WhenAll(Enumerable.Range(0, inputs.Candidates).Select(ObtainAsync)).ConfigureAwait(false);
        return JobOutcome.Done().With("output", inputs.Candidates);

        async Task ObtainAsync(int candidate)
        {
            await tools.Jobs.ObtainAsync(
                new JobRequest(EvaluationKind.Kind, Invariant($"candidate-{candidate}"), [.. Enumerable.Range(0, inputs.Evaluations).Select(
                    number => new EvaluationInputs { Candidate = candidate, Number = number, Section = Section })])
                {
                    Progressed = _ => counts.AddUnit(),
                },
                cancellation).ConfigureAwait(false);
            counts.AddCandidate();
        }
    }
}

/// <summary>How far a made-up search has come. Thread-safe.</summary>
internal sealed class QueueCounts
{
    private int units;
    private int candidates;

    /// <summary>Evaluations that were published.</summary>
    public int Units => Volatile.Read(ref units);

    /// <summary>Candidates all of whose evaluations are there.</summary>
    public int Candidates => Volatile.Read(ref candidates);

    public void AddUnit() => Interlocked.Increment(ref units);

    public void AddCandidate() => Interlocked.Increment(ref candidates);
}
