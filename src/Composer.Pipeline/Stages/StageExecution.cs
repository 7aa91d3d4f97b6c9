using Composer.Core;
using Composer.Core.Code;
using Composer.Pipeline.Jobs;
using Composer.Pipeline.Keys;
using Composer.Pipeline.Progress;
using Composer.Store;

namespace Composer.Pipeline.Stages;

/// <summary>What a stage is given to compute itself.</summary>
[CodeBoundary]
public sealed class StageExecution
{
    /// <summary>What the stage's key covers.</summary>
    public required Preimage Preimage { get; init; }

    /// <summary>The results of the inputs.</summary>
    public required IStageResults Inputs { get; init; }

    public required StageStore Store { get; init; }

    public required IAgentPool Agents { get; init; }

    /// <summary>A folder of the stage's own, named by its key: what lies there is still there when the stage is taken up again.</summary>
    public required string WorkFolder { get; init; }

    /// <summary>Threads that a long job should use, so that all that can run at once fills the machine.</summary>
    public required int Threads { get; init; }

    public required TimeProvider Time { get; init; }

    /// <summary>The experiment's name, for labels.</summary>
    public required string Experiment { get; init; }

    /// <summary>Tells how far the stage has come.</summary>
    public required Action<StageProgress> Report { get; init; }

    /// <summary>Notes keys that the run is about to look for in the store, so that gc keeps them.</summary>
    public required Action<IEnumerable<Digest>> Reach { get; init; }

    /// <summary>Counts evaluations, for the run's summary: how many were computed, how many were there already.</summary>
    public required Action<int, int> CountEvaluations { get; init; }
}
