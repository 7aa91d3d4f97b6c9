namespace Composer.Manifests.Model;

/// <summary>One combination of a sweep's values.</summary>
/// <param name="Label">Such as <c>extrapolate.size=1B</c>; empty when there is no sweep.</param>
/// <param name="Manifest">The experiment at this point.</param>
/// <param name="Variants">As <see cref="ResolvedExperiment.Variants"/>, at this point.</param>
public sealed record SweepPoint(
    string Label,
    ExperimentManifest Manifest,
    IReadOnlyList<(string Name, ExperimentManifest Manifest)> Variants);
