namespace Composer.Training.Torch.Parameters;

/// <summary>Canonical parameters whose rows lie one after another in one tensor, so that one product takes them all.</summary>
/// <param name="Parts">In the order of their rows.</param>
internal sealed record ParameterGroup(params IReadOnlyList<ParameterPart> Parts);

/// <param name="Name">Of the canonical parameter.</param>
/// <param name="RotatedHeads">Where not 0: its rows are so many heads of which each feature i lies beside the feature
/// i + half that RoPE turns with it, so that a pair is one complex number.</param>
internal sealed record ParameterPart(string Name, int RotatedHeads = 0);
