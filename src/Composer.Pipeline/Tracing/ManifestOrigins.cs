using Composer.Architecture.Presets;
using Composer.Manifests;
using Composer.Manifests.Model;
using Composer.Pipeline.Stages;

namespace Composer.Pipeline.Tracing;

/// <summary>Where a manifest says what a key covers.</summary>
/// <param name="loaded">The manifest of the run.</param>
public sealed class ManifestOrigins(LoadedManifest loaded)
{
    private const string Elsewhere = "--set, a variant or the sweep";

    private readonly Dictionary<string, ManifestField> fields =
        ManifestFields.Of(loaded.Manifest, "", loaded.Spans).ToDictionary(f => f.Path, StringComparer.Ordinal);

    /// <summary>The place of a field of a stage's key; null when the manifest has no such field.</summary>
    public string? Of(string stage, string kind, string path, string value)
    {
        if (!fields.TryGetValue(PathIn(stage, kind, path), out var field))
        {
            return null;
        }

        return !IsSame(field, value) ? Elsewhere : field.Span is { } span ? span.ToString() : "default";
    }

    private string PathIn(string stage, string kind, string path)
    {
        if (kind == StageKind.Pretrain && path.StartsWith("model.", StringComparison.Ordinal))
        {
            return $"extrapolate.{path}";
        }

        if (kind == StageKind.Pretrain && path == "architecture")
        {
            for (var i = 0; i < loaded.Manifest.Baseline.Count; i++)
            {
                if (stage.EndsWith($"{StageKind.Pretrain}/{loaded.Manifest.Baseline[i].Name}", StringComparison.Ordinal))
                {
                    return FormattableString.Invariant($"baseline[{i}].architecture");
                }
            }
        }

        return kind == StageKind.Report && path.StartsWith("manifest.", StringComparison.Ordinal) ? path["manifest.".Length..] : path;
    }

    /// <summary>Sizes and architectures are in keys as what they mean.</summary>
    private static bool IsSame(ManifestField field, string value) =>
        Plain(field.Value) == Plain(value)
        || field.Path.EndsWith(".architecture", StringComparison.Ordinal)
        || (field.Path == "extrapolate.size" && ModelSize.TryParse(field.Value, out var size, out _)
            && size.Parameters.ToString(System.Globalization.CultureInfo.InvariantCulture) == value);

    private static string Plain(string value) => value.Replace(", ", ",", StringComparison.Ordinal);
}
