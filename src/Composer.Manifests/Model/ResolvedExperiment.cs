using Composer.Core.Diagnostics;

namespace Composer.Manifests.Model;

/// <summary>
/// A manifest that is free of errors, with where each value was written.
/// </summary>
/// <param name="Manifest">The experiment, profile, settings and sweep point applied.</param>
/// <param name="File">The file it came from, as the user named it.</param>
/// <param name="Profile">The profile that was applied, or null.</param>
/// <param name="Spans">From a dotted path (<c>search.model.dim</c>, <c>baseline[0].name</c>) to its place; defaults have none.</param>
/// <param name="Warnings">What is doubtful but no error.</param>
public sealed record ResolvedExperiment(
    ExperimentManifest Manifest,
    string File,
    string? Profile,
    IReadOnlyDictionary<string, SourceSpan> Spans,
    IReadOnlyList<Diagnostic> Warnings)
{
    /// <summary>The settings that were applied, each <c>path=value</c>.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];

    /// <summary>The variants as whole experiments, each with its changes applied: the main one first.</summary>
    public IReadOnlyList<(string Name, ExperimentManifest Manifest)> Variants { get; init; } = [];

    /// <summary>The points of the sweep, each a whole experiment: one, without a label, when there is no sweep.</summary>
    public IReadOnlyList<SweepPoint> Points { get; init; } = [];

    /// <summary>The names of the profiles that the file has.</summary>
    public IReadOnlyList<string> Profiles { get; init; } = [];
}
