using System.Globalization;
using Composer.Architecture.Presets;
using Composer.Manifests;
using Composer.Manifests.Model;
using Composer.Stages.Evaluate;

namespace Composer.Stages.Experiment;

/// <summary>Where a manifest says what a key covers.</summary>
/// <param name="loaded">The manifest of the run.</param>
public sealed class ManifestOrigins(ResolvedExperiment loaded)
{
    private const string Corpus = "corpus.";
    private const string ShapeOfModel = "].shape.";
    private const string Elsewhere = "--set, a variant or the sweep";

    /// <summary>What stands elsewhere in a kind's inputs than in the manifest.</summary>
    private static readonly (string Kind, string From, string To)[] Renamed =
    [
        (KindNames.Pretrain, "model.", "extrapolate.model."),
        (KindNames.Pretrain, "input.corpus.shards.", "pretrain."),
        (KindNames.Search, "input.text.shards.", "evaluate.text."),
        (KindNames.Aggregate, "confirmation.input.text.shards.", "evaluate.text."),
        (KindNames.Aggregate, "confirmation.evaluate.", "evaluate."),
        (KindNames.Aggregate, "confirmation.model.", "search.model."),
        (KindNames.LmEval, "engine", "pretrain.engine"),
        (KindNames.Efficiency, "engine", "pretrain.engine"),
        (KindNames.Report, "manifest.", ""),
    ];

    private readonly Dictionary<string, ManifestField> fields =
        ManifestFields.Of(loaded.Manifest, "", loaded.Spans).ToDictionary(f => f.Path, StringComparer.Ordinal);

    /// <summary>The place of a field of a stage's key; null when the manifest has no such field.</summary>
    public string? Of(string stage, string kind, string path, string value)
    {
        if (kind == KindNames.Pretrain && path == "seed" && IsRepetition(stage))
        {
            return fields["pretrain.repetitions"].Span is { } repetitions ? repetitions.ToString() : Elsewhere;
        }

        if (!fields.TryGetValue(PathIn(stage, kind, path), out var field))
        {
            return null;
        }

        return !IsSame(field, value) ? Elsewhere : field.Span is { } span ? span.ToString() : "default";
    }

    /// <summary>The section of a manifest that says what a stage does.</summary>
    /// <param name="stage">Its name.</param>
    /// <param name="kind">Its kind's.</param>
    public static string SectionOf(string stage, string kind) =>
        kind != KindNames.Tokenize ? kind
        : stage.Contains($"{KindNames.Tokenize}/{CandidateTrainings.Text}", StringComparison.Ordinal) ? "evaluate.text"
        : KindNames.Pretrain;

    private bool IsRepetition(string stage) => loaded.Manifest.Baseline.Select(b => b.Name)
        .Concat(loaded.Manifest.Variant.Select(v => v.Name))
        .Append(PointStages.Composite)
        .Any(model => StageNames.RepetitionOf(stage, KindNames.Pretrain, model) > 0);

    private string PathIn(string stage, string kind, string path)
    {
        if (kind == KindNames.Pretrain && path == "input.architecture")
        {
            for (var i = 0; i < loaded.Manifest.Baseline.Count; i++)
            {
                if (StageNames.RepetitionOf(stage, kind, loaded.Manifest.Baseline[i].Name) is not null)
                {
                    return FormattableString.Invariant($"baseline[{i}].architecture");
                }
            }
        }

        if (kind == KindNames.Tokenize)
        {
            return path.StartsWith(Corpus, StringComparison.Ordinal) ? $"{SectionOf(stage, kind)}.{path[Corpus.Length..]}" : path;
        }

        if (kind == KindNames.Efficiency && path.IndexOf(ShapeOfModel, StringComparison.Ordinal) is >= 0 and var shape)
        {
            return "extrapolate.model." + path[(shape + ShapeOfModel.Length)..];
        }

        var inner = Renamed.FirstOrDefault(r => r.Kind == kind && path.StartsWith(r.From, StringComparison.Ordinal));

        // A path as the key of a table stands in quotes.
        return inner.Kind is null ? path : inner.To + path[inner.From.Length..].Trim('"');
    }

    /// <summary>Sizes and architectures are in keys as what they mean.</summary>
    private static bool IsSame(ManifestField field, string value) =>
        Plain(field.Value) == Plain(value)
        || field.Path.EndsWith(".architecture", StringComparison.Ordinal)
        || (field.Path == "extrapolate.size" && ModelSize.TryParse(field.Value, out var size, out _)
            && size.Parameters.ToString(CultureInfo.InvariantCulture) == value);

    private static string Plain(string value) => value.Replace(", ", ",", StringComparison.Ordinal);
}
