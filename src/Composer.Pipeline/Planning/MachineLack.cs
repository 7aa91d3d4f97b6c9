namespace Composer.Pipeline.Planning;

/// <summary>Something that a stage needs and a machine has not.</summary>
/// <param name="Sentence">What, and how to get it, without the point: <c>needs 1 GPU; this machine has none</c>.</param>
/// <param name="IsBuilt">Whether the build gets it, by itself: an engine that is a plug-in.</param>
public sealed record MachineLack(string Sentence, bool IsBuilt = false)
{
    /// <summary>The command that mends it, or the arguments that do without; NAME stands for the experiment's. Empty where none does.</summary>
    public IReadOnlyList<string> Remedies { get; init; } = [];

    public override string ToString() => Sentence;
}
