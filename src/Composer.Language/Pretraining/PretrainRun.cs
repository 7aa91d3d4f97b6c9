using Composer.Core;
using Composer.Core.Ranks;
using Composer.Language.Corpora;
using Composer.Training.Models;

namespace Composer.Language.Pretraining;

/// <summary>One pre-training: what determines its result, and where it works.</summary>
/// <param name="Engine">What trains.</param>
/// <param name="Model">Its vocabulary is the corpus's.</param>
/// <param name="Corpus">What it trains and is validated on.</param>
/// <param name="Settings">How.</param>
/// <param name="Seed">Of the initial parameters and of the data's order.</param>
/// <param name="Threads">How many threads may work; never changes the result.</param>
/// <param name="Folder">Where checkpoints and the result are written; may hold those of an earlier attempt.</param>
public sealed record PretrainRun(
    ITrainingEngine Engine,
    ModelConfiguration Model,
    PreparedCorpus Corpus,
    PretrainSettings Settings,
    Seed Seed,
    int Threads,
    string Folder)
{
    /// <summary>Whether a run that is stopped leaves a checkpoint however large it is; else only where that is quick.</summary>
    public bool LeavesCheckpoint { get; init; }

    /// <summary>For timings and for when to write a checkpoint.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>
    /// Checkpoints at the ends of trunks of other lengths; the latest that this run's own trunk reaches is taken
    /// when the folder has no later one.
    /// </summary>
    public IReadOnlyList<TrunkCheckpoint> Trunks { get; init; } = [];

    /// <summary>
    /// The processes that share it, of which this is one; no more than gradient shards, and never in the result. All have a folder's
    /// checkpoints from the first of them, which alone writes.
    /// </summary>
    public IRankGroup Ranks { get; init; } = SingleRank.Instance;

    /// <summary>Names the code that trains, so that ranks of another build are told apart.</summary>
    public string Build { get; init; } = "";
}
