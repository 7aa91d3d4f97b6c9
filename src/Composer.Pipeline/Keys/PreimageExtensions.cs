using Composer.Architecture;
using Composer.Core.Code;
using Composer.Manifests;

namespace Composer.Pipeline.Keys;

/// <summary>Whole sections and shapes as fields of a preimage.</summary>
[CodeBoundary]
internal static class PreimageExtensions
{
    /// <summary>Every field of a manifest section that is given and can change a result.</summary>
    /// <param name="builder">Receives the fields.</param>
    /// <param name="prefix">The section's path.</param>
    /// <param name="section">A record of the manifest.</param>
    /// <param name="except">Paths that enter the key in another form.</param>
    public static Preimage.Builder AddSection(this Preimage.Builder builder, string prefix, object section, params string[] except)
    {
        foreach (var field in ManifestFields.Of(section, prefix).Where(f => !f.NotInKey && f.Kind != ManifestFieldKind.Absent && !except.Contains(f.Path)))
        {
            builder.Add(field);
        }

        return builder;
    }

    /// <summary>A field of a manifest.</summary>
    public static Preimage.Builder Add(this Preimage.Builder builder, ManifestField field) => builder.Add(
        field.Path,
        field.Kind switch
        {
            ManifestFieldKind.Integer => 'i',
            ManifestFieldKind.Number => 'f',
            ManifestFieldKind.Boolean => 'b',
            ManifestFieldKind.TextList or ManifestFieldKind.IntegerList or ManifestFieldKind.NumberList => 'l',
            _ => 's',
        },
        field.Value);

    public static Preimage.Builder AddShape(this Preimage.Builder builder, string prefix, ModelShape shape) =>
        builder
            .Add($"{prefix}.dim", shape.Dim)
            .Add($"{prefix}.heads", shape.Heads)
            .Add($"{prefix}.kv_heads", shape.KvHeads)
            .Add($"{prefix}.hidden", shape.Hidden);
}
