using System.Text.Json.Serialization;

namespace Composer.Pipeline.Jobs;

/// <summary>
/// Work for an agent, complete in itself: what it says is all that the agent knows. Written to
/// <c>job.json</c> in <see cref="Folder"/>; the agent leaves its results in the same folder.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(EvaluateJob), "evaluate")]
[JsonDerivedType(typeof(PretrainJob), "pretrain")]
[JsonDerivedType(typeof(LmEvalJob), "lm-eval")]
public abstract record Job
{
    /// <summary>Names the job in messages.</summary>
    public required string Id { get; init; }

    /// <summary>Absolute path of the job's folder.</summary>
    public required string Folder { get; init; }

    /// <summary>Threads to use; changes no result.</summary>
    public required int Threads { get; init; }

    /// <summary>The engine's name, <c>cpu</c> or <c>torch</c>.</summary>
    public string Engine { get; init; } = "cpu";
}
