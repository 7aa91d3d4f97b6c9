using Composer.Core;
using Composer.Core.Code;
using Composer.Pipeline.Estimates;
using Composer.Pipeline.Keys;
using Composer.Pipeline.Results;
using Composer.Store;

namespace Composer.Pipeline.Jobs;

/// <summary>A kind of computation: what its inputs are, how it is computed, what can be said of its results.</summary>
/// <remarks>Stateless and thread-safe. To add one derive from <see cref="JobKind{TInputs}"/>.</remarks>
[CodeBoundary]
public abstract class JobKind
{
    /// <summary>Persisted, such as <c>pretrain</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Whether an agent computes it, or the coordinator itself, since it takes milliseconds or has others compute.</summary>
    public virtual bool RunsOnAgent => false;

    /// <summary>Whether it is one long computation, which shares the cores with the others of its kind instead of taking one.</summary>
    public virtual bool RunsLong => false;

    /// <summary>Whether ranks can share a computation (<see cref="JobTools.Ranks"/>); else the first computes it by itself.</summary>
    public virtual bool SharesRanks => false;

    /// <summary>The kind whose jobs ask for these: they are no stages of their own. Null for a stage.</summary>
    public virtual string? AskedForBy => null;

    /// <summary>The record of all that a computation sees.</summary>
    public abstract Type InputsType { get; }

    /// <summary>All that the result depends on.</summary>
    /// <param name="inputs">Of <see cref="InputsType"/>.</param>
    /// <param name="needs">What it is given to compute with.</param>
    /// <param name="store">Where results of other machines may be.</param>
    public Preimage PreimageOf(object inputs, StageNeeds needs, StageStore store) =>
        Preimage.Of(Name, CodeOf(inputs), HardwareOf(inputs, needs, store), inputs);

    /// <summary>The code that computes these inputs.</summary>
    public abstract JobCode CodeOf(object inputs);

    /// <summary>On which hardware bits are the same; null where they are on all.</summary>
    public virtual string? HardwareOf(object inputs, StageNeeds needs, StageStore store) => null;

    /// <summary>Computes; the tools change no result.</summary>
    public abstract Task<JobOutcome> ComputeAsync(object inputs, JobTools tools, CancellationToken cancellation);

    /// <summary>Where results of other lengths left something to begin with, latest first; computes nothing.</summary>
    public virtual IReadOnlyList<JobBeginning> BeginningsOf(object inputs, Preimage preimage, StageStore store) => [];

    /// <summary>What else a finished computation left to be published under keys of its own.</summary>
    public virtual IReadOnlyList<JobByproduct> ByproductsOf(object inputs, Preimage preimage, JobOutcome outcome, string folder) => [];

    /// <summary>
    /// Keys of what else belongs to a result, such as a search's evaluations: it stays in the store for as long as the result.
    /// </summary>
    public virtual IEnumerable<Digest> KeysBehind(StageResult result) => [];

    /// <summary>Whether a result rests on what <see cref="KeysBehind"/> names, or only keeps it.</summary>
    public virtual bool RestsOnWhatIsBehind => true;

    /// <summary>The result in a few words: <c>2A+4M</c>.</summary>
    public virtual string Summarize(StageResult result) => "";

    /// <summary>Threads that a result was computed with; null where nobody noted them.</summary>
    public virtual int? ThreadsOf(StageResult result) => null;

    /// <summary>The numbers of a result that people compare, by name.</summary>
    public virtual IReadOnlyDictionary<string, double> MetricsOf(StageResult result) => new Dictionary<string, double>();

    /// <summary>Whether an output's numbers are results, which people ask for.</summary>
    public virtual bool HasNumbers(string output) => output.EndsWith(".json", StringComparison.Ordinal);

    /// <summary>How much there is to compute for inputs; null where they don't say.</summary>
    public virtual Work? WorkOf(object inputs) => null;

    /// <summary>Whether a result was computed from its beginning, so that its time is that of all of its work.</summary>
    public virtual bool IsWhole(StageResult result) => true;

    /// <summary>The share of a computation that is left, where it would continue one that was stopped or another's trunk.</summary>
    public virtual double ShareLeft(object inputs, Preimage preimage, string workFolder, StageStore store) => 1;

    /// <summary>
    /// Where a computation that is to run would continue, or why it starts anew, in a few words; null when there is nothing to say.
    /// </summary>
    /// <param name="inputs">Its inputs.</param>
    /// <param name="preimage">Its preimage.</param>
    /// <param name="workFolder">Where a stopped one left its checkpoints.</param>
    /// <param name="differences">From the nearest earlier run; empty when there is none.</param>
    /// <param name="store">Where checkpoints may be.</param>
    public virtual string? Continuation(
        object inputs, Preimage preimage, string workFolder, IReadOnlyList<PreimageDifference> differences, StageStore store) => null;

    /// <summary>The summary and, of a result that was accepted, why.</summary>
    public string Describe(StageResult result) =>
        result.Accepted is not { } accepted ? Summarize(result)
        : Summarize(result) is { Length: > 0 } summary ? $"{summary}   {accepted}"
        : accepted.ToString();

    public override string ToString() => Name;
}

/// <summary>A kind of computation on inputs of one type.</summary>
/// <typeparam name="TInputs">A record; its JSON by <see cref="Core.Json.ComposerJson.Inputs"/> reads back as itself.</typeparam>
[CodeBoundary]
public abstract class JobKind<TInputs> : JobKind
    where TInputs : class
{
    public sealed override Type InputsType => typeof(TInputs);

    public sealed override JobCode CodeOf(object inputs) => CodeOf((TInputs)inputs);

    public sealed override string? HardwareOf(object inputs, StageNeeds needs, StageStore store) =>
        HardwareOf((TInputs)inputs, needs, store);

    public sealed override Task<JobOutcome> ComputeAsync(object inputs, JobTools tools, CancellationToken cancellation) =>
        ComputeAsync((TInputs)inputs, tools, cancellation);

    public sealed override IReadOnlyList<JobBeginning> BeginningsOf(object inputs, Preimage preimage, StageStore store) =>
        BeginningsOf((TInputs)inputs, preimage, store);

    public sealed override IReadOnlyList<JobByproduct> ByproductsOf(object inputs, Preimage preimage, JobOutcome outcome, string folder) =>
        ByproductsOf((TInputs)inputs, preimage, outcome, folder);

    public sealed override Work? WorkOf(object inputs) => WorkOf((TInputs)inputs);

    public sealed override double ShareLeft(object inputs, Preimage preimage, string workFolder, StageStore store) =>
        ShareLeft((TInputs)inputs, preimage, workFolder, store);

    public sealed override string? Continuation(
        object inputs, Preimage preimage, string workFolder, IReadOnlyList<PreimageDifference> differences, StageStore store) =>
        Continuation((TInputs)inputs, preimage, workFolder, differences, store);

    /// <inheritdoc cref="JobKind.CodeOf(object)"/>
    protected abstract JobCode CodeOf(TInputs inputs);

    /// <inheritdoc cref="JobKind.HardwareOf(object, StageNeeds, StageStore)"/>
    protected virtual string? HardwareOf(TInputs inputs, StageNeeds needs, StageStore store) => null;

    /// <inheritdoc cref="JobKind.ComputeAsync(object, JobTools, CancellationToken)"/>
    protected abstract Task<JobOutcome> ComputeAsync(TInputs inputs, JobTools tools, CancellationToken cancellation);

    /// <inheritdoc cref="JobKind.WorkOf(object)"/>
    protected virtual Work? WorkOf(TInputs inputs) => null;

    /// <inheritdoc cref="JobKind.ShareLeft(object, Preimage, string, StageStore)"/>
    protected virtual double ShareLeft(TInputs inputs, Preimage preimage, string workFolder, StageStore store) => 1;

    /// <inheritdoc cref="JobKind.BeginningsOf(object, Preimage, StageStore)"/>
    protected virtual IReadOnlyList<JobBeginning> BeginningsOf(TInputs inputs, Preimage preimage, StageStore store) => [];

    /// <inheritdoc cref="JobKind.ByproductsOf(object, Preimage, JobOutcome, string)"/>
    protected virtual IReadOnlyList<JobByproduct> ByproductsOf(TInputs inputs, Preimage preimage, JobOutcome outcome, string folder) => [];

    /// <inheritdoc cref="JobKind.Continuation(object, Preimage, string, IReadOnlyList{PreimageDifference}, StageStore)"/>
    protected virtual string? Continuation(
        TInputs inputs, Preimage preimage, string workFolder, IReadOnlyList<PreimageDifference> differences, StageStore store) => null;
}
