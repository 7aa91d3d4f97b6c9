namespace Composer.Manifests.Model;

/// <summary>One combination of a sweep's values.</summary>
/// <param name="Axes">The paths of the sweep with their values here.</param>
/// <param name="Manifest">The experiment at this point.</param>
/// <param name="Variants">As <see cref="ResolvedExperiment.Variants"/>, at this point.</param>
public sealed record SweepPoint(
    IReadOnlyList<(string Path, string Value)> Axes,
    ExperimentManifest Manifest,
    IReadOnlyList<(string Name, ExperimentManifest Manifest)> Variants)
{
    /// <summary>Such as <c>extrapolate.size=1B</c>; empty when there is no sweep.</summary>
    public string Label => LabelOf(Axes);

    /// <summary>The label of some values.</summary>
    public static string LabelOf(IEnumerable<(string Path, string Value)> axes) =>
        string.Join(", ", axes.Select(a => $"{a.Path}={a.Value}"));
}
