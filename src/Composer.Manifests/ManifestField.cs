using Composer.Core.Diagnostics;

namespace Composer.Manifests;

/// <summary>One value of a manifest.</summary>
/// <param name="Path">Dotted, such as <c>search.model.dim</c>, <c>evaluate.task.compression.length</c>, <c>baseline[0].name</c>.</param>
/// <param name="Kind">The value's type.</param>
/// <param name="Value">
/// The canonical text: equal values of a kind have equal texts and different ones different. A text is
/// itself, a number the shortest digits that read back as the same double (invariant culture), a list TOML
/// in brackets with its texts quoted, an absent value the empty text.
/// </param>
/// <param name="IsDefault">Whether it equals the default, written down or not.</param>
/// <param name="NotInKey">Whether it, or a section around it, changes how a stage runs and never what it computes.</param>
/// <param name="Span">Where it was written; null for a default, and where no spans were given.</param>
public sealed record ManifestField(
    string Path,
    ManifestFieldKind Kind,
    string Value,
    bool IsDefault,
    bool NotInKey,
    SourceSpan? Span);
