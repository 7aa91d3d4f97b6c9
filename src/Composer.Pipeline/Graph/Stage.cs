using Composer.Core.Diagnostics;
using Composer.Core.Facts;
using Composer.Pipeline.Estimates;
using Composer.Pipeline.Jobs;
using Composer.Pipeline.Results;
using Composer.Store;
using Composer.Store.Files;

namespace Composer.Pipeline.Graph;

/// <summary>One step of an experiment: a job whose inputs are known when the stages before it have results.</summary>
/// <remarks>Immutable. Stages form a graph without cycles through <see cref="Inputs"/>.</remarks>
/// <param name="name">Unique in its graph, such as <c>pretrain/llama-3.2</c>.</param>
/// <param name="kind">What is computed.</param>
/// <param name="inputs">The stages whose outputs it reads.</param>
/// <param name="resolve">Makes the kind's inputs of the results before it and of the digests of files; called when all are there, or can be
/// done without.</param>
public sealed class Stage(
    string name, JobKind kind, IReadOnlyList<Stage> inputs, Func<IStageResults, Func<string, Core.Digest>, object> resolve)
{
    public string Name { get; } = name;

    public JobKind Kind { get; } = kind;

    public IReadOnlyList<Stage> Inputs { get; } = inputs;

    /// <summary>What it is given, in a few words: <c>6 layers, 64 orders</c>.</summary>
    public required string Description { get; init; }

    /// <summary>What an agent must have; nothing by default.</summary>
    public StageNeeds Needs { get; init; } = StageNeeds.None;

    /// <summary>
    /// What the stages that read it need, where it is of no use without them: a machine that lacks that need not have its data.
    /// </summary>
    public StageNeeds NeedsOfReaders { get; init; } = StageNeeds.None;

    /// <summary>
    /// Looks through what the stage will read from outside, before anything runs; throws <see cref="UserInputException"/>.
    /// </summary>
    public Action<FactOfFile> CheckInputs { get; init; } = _ => { };

    /// <summary>
    /// Asks for the digest of each file outside the store that its inputs will hold the digests of, as far as it is known before
    /// the stages before it have results.
    /// </summary>
    public Action<Func<string, Core.Digest>> ReadFiles { get; init; } = _ => { };

    /// <summary>Whether it can be computed all the same when some inputs failed: told those without a result, at least one.</summary>
    public Func<IReadOnlyCollection<Stage>, bool> CanDoWithout { get; init; } = _ => false;

    /// <summary>As <see cref="JobTools.Places"/>, but for what lies in the store.</summary>
    public IReadOnlyDictionary<string, string> Places { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// The outputs of stages before it that an agent reads, by names in which * stands for anything: told where each lies, by its digest.
    /// </summary>
    public IReadOnlyList<(Stage Stage, string Output)> ReadsOutputs { get; init; } = [];

    /// <summary>
    /// What there is to compute, as far as can be told with the results there are, which may be none; empty where it can't be told.
    /// Null where it takes no time that is worth a word.
    /// </summary>
    public Func<IStageResults, StageStore, IReadOnlyList<Work>>? Work { get; init; }

    /// <summary>The jobs that it will ask for, as far as they can be told beforehand; null when it asks for none.</summary>
    public AskedJobs? Asks { get; init; }

    /// <summary>
    /// What <see cref="Work"/> says; empty also where a file that would tell it is missing or wrong, which is said where it is checked.
    /// </summary>
    /// <param name="results">Of the stages before it, as far as they are there.</param>
    /// <param name="store">Where results of other machines may be.</param>
    public IReadOnlyList<Work> WorkIn(IStageResults results, StageStore store)
    {
        try
        {
            return Work?.Invoke(results, store) ?? [];
        }
        catch (UserInputException)
        {
            return [];
        }
    }

    /// <summary>Its inputs and all that its result depends on.</summary>
    /// <param name="results">Of the stages before it.</param>
    /// <param name="store">Where results of other machines may be.</param>
    /// <param name="files">Knows digests of files.</param>
    public KeyedJob Resolve(IStageResults results, StageStore store, PlannedFiles files)
    {
        var read = new List<FileContent>();
        var inputs = resolve(results, DigestOf);
        return KeyedJob.Of(Kind, inputs, Needs, store) with { Files = read };

        Core.Digest DigestOf(string path)
        {
            var file = files.Of(path);
            read.Add(file);
            return file.Digest;
        }
    }

    public override string ToString() => Name;
}

/// <summary>The results of stages that are finished.</summary>
public interface IStageResults
{
    /// <summary>Before anything is computed.</summary>
    static IStageResults None { get; } = new StageResults();

    StageResult this[Stage stage] { get; }

    /// <summary>Whether a stage has a result.</summary>
    bool Has(Stage stage);

    /// <summary>Why a stage has no result, in words; empty while it may still get one.</summary>
    string WhyNot(Stage stage) => "";
}

/// <summary>Jobs that a stage asks for while it computes.</summary>
/// <param name="Name">Of their row in a plan.</param>
/// <param name="Kind">Their kind's name.</param>
/// <param name="Description">What is asked for, in a few words.</param>
/// <param name="Count">How many are in the store, of how many; told the stage's own result or null. Null when only the stage itself will
/// know.</param>
public sealed record AskedJobs(string Name, string Kind, string Description, Func<StageStore, StageResult?, (int Present, int All)?> Count);
