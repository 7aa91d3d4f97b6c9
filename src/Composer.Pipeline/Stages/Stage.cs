using System.Globalization;
using Composer.Core.Code;
using Composer.Pipeline.Keys;
using Composer.Store;
using Composer.Store.Records;

namespace Composer.Pipeline.Stages;

/// <summary>One step of an experiment: what it depends on, and how it is computed.</summary>
/// <remarks>Immutable. Stages form a graph without cycles through <see cref="Inputs"/>.</remarks>
[CodeBoundary]
public abstract class Stage(string name, string kind, IReadOnlyList<Stage> inputs)
{
    /// <summary>Unique in its graph, such as <c>pretrain/llama-3.2</c>.</summary>
    public string Name { get; } = name;

    /// <summary>One of <see cref="StageKind"/>.</summary>
    public string Kind { get; } = kind;

    /// <summary>The stages whose outputs this one reads.</summary>
    public IReadOnlyList<Stage> Inputs { get; } = inputs;

    /// <summary>What it is given, in a few words: <c>6 layers, 64 orders</c>.</summary>
    public abstract string Description { get; }

    /// <summary>What an agent must have; nothing by default.</summary>
    public virtual StageNeeds Needs => StageNeeds.None;

    /// <summary>Looks for what the stage will read from outside, before anything runs.</summary>
    /// <exception cref="Core.Diagnostics.UserInputException">Something is missing or wrong.</exception>
    public virtual void CheckInputs()
    {
    }

    /// <summary>Whether it can be computed all the same when some inputs failed.</summary>
    /// <param name="missing">The inputs without a result; at least one.</param>
    public virtual bool CanDoWithout(IReadOnlyCollection<Stage> missing) => false;

    /// <summary>All that the result depends on. Called when every input has a result, or can be done without.</summary>
    public abstract Preimage BuildPreimage(IStageResults results, StageStore store);

    /// <summary>Where a computation that is to run would continue, or why it starts anew, in a few words; null when there is nothing to say.</summary>
    /// <param name="preimage">The stage's.</param>
    /// <param name="differences">From the nearest earlier run; empty when there is none.</param>
    /// <param name="store">Where checkpoints may be.</param>
    public virtual string? Continuation(Preimage preimage, IReadOnlyList<PreimageDifference> differences, StageStore store) => null;

    /// <summary>How many times as much there is to compute under one key as under another; null when the fields don't say.</summary>
    public virtual double? WorkRatio(IReadOnlyList<PreimageField> older, IReadOnlyList<PreimageField> newer) => null;

    /// <summary>Computes the stage.</summary>
    public abstract Task<StageOutcome> ComputeAsync(StageExecution execution, CancellationToken cancellation);

    /// <summary>Keys of what else belongs to a result, such as a search's evaluations: it stays in the store for as long as the result.</summary>
    public virtual IEnumerable<Composer.Core.Digest> KeysBehind(StageResult result) => [];

    /// <summary>The result in a few words: <c>2A+4M</c>.</summary>
    public virtual string Summarize(StageResult result) => "";

    /// <summary>The summary and, of a result that was accepted, why.</summary>
    public string Describe(StageResult result) =>
        result.Accepted is not { } accepted ? Summarize(result)
        : Summarize(result) is { Length: > 0 } summary ? $"{summary}   {accepted}"
        : accepted.ToString();

    public override string ToString() => Name;

    /// <summary>Of a field that both have and that is more than nothing in both.</summary>
    protected static double? Ratio(string path, IReadOnlyList<PreimageField> older, IReadOnlyList<PreimageField> newer)
    {
        return Value(older) is { } old && Value(newer) is { } now ? now / old : null;

        double? Value(IReadOnlyList<PreimageField> fields) =>
            fields.Where(f => f.Path == path).Select(f => double.Parse(f.Value, CultureInfo.InvariantCulture)).FirstOrDefault() is var value and > 0 ? value : null;
    }
}

/// <summary>What a stage needs of the machine that runs it.</summary>
/// <param name="Gpus">GPUs.</param>
/// <param name="Engine">The engine that trains.</param>
public sealed record StageNeeds(int Gpus, string Engine)
{
    /// <summary>Bytes, of the GPU where there is one: less and it cannot run. 0: whatever there is will do.</summary>
    public long Memory { get; init; }

    public static StageNeeds None { get; } = new(0, "cpu");
}
