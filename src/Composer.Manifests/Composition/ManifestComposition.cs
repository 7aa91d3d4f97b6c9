using System.Collections.Immutable;
using System.Globalization;
using Composer.Core.Diagnostics;
using Composer.Manifests.Binding;
using Composer.Manifests.Model;
using Composer.Manifests.Rules;
using Composer.Manifests.Toml;

namespace Composer.Manifests.Composition;

/// <summary>
/// Composes manifests from a document: its own values, then profiles, settings, a sweep point, a variant.
/// Every part is checked by itself as well, so that a mistake in a profile that is not in use shows too.
/// </summary>
internal sealed class ManifestComposition
{
    /// <summary>The most points of a sweep.</summary>
    public const int MaximumPoints = 10_000;

    private const string MainName = "composite";
    private const string AgentsKey = "agents";

    private static readonly ImmutableArray<string> VariantSections = ["search", "evaluate", "aggregate", "extrapolate"];

    private readonly Problems problems = new();
    private readonly TomlDocument document;
    private readonly string file;
    private readonly string? profile;
    private readonly IReadOnlyList<string> settings;
    private readonly TomlDocument? agents;

    public ManifestComposition(
        TomlDocument document, string file, string? profile, IReadOnlyList<string> settings, TomlDocument? agents = null)
    {
        (this.document, this.file, this.profile, this.settings, this.agents) = (document, file, profile, settings, agents);
        foreach (var diagnostic in document.Diagnostics.Concat(agents?.Diagnostics ?? []))
        {
            problems.Add(diagnostic);
        }
    }

    /// <exception cref="UserInputException">Every mistake that was found.</exception>
    public ResolvedExperiment Load()
    {
        var own = ManifestTree.FromDocument(document.Root, problems);
        CheckAlone(own.Root);
        var profiles = Profiles();
        var tree = Settings().Aggregate(
            SelectedProfiles(profiles).Aggregate(WithAgents(own), (t, changes) => t.With(changes, problems)),
            (t, changes) => t.With(changes, problems));

        var variants = Variants(tree.Variants);
        var main = Bind(tree, variants);
        var points = Points(tree.SweepAxes, variants, tree, main.Manifest);
        CheckName(main.Manifest.Name, main.Spans);
        if (problems.HasErrors)
        {
            throw new UserInputException(problems.Sorted);
        }

        return new ResolvedExperiment(main.Manifest, file, profile, main.Spans, problems.Sorted)
        {
            Variants = BindVariants(tree, variants, main.Manifest),
            Points = points,
            Settings = settings,
            Profiles = [.. profiles.Keys.Order(StringComparer.Ordinal)],
        };
    }

    /// <summary>What the user's or the cluster's own file says of agents, where the manifest says nothing.</summary>
    private ManifestTree WithAgents(ManifestTree own)
    {
        if (agents is null)
        {
            return own;
        }

        if (agents.Root.Find(AgentsKey) is { } entry)
        {
            problems.Error(
                DiagnosticCodes.UnknownKey,
                entry.KeySpan,
                "There is no key 'agents' in this file: it holds what stands under [agents] of a manifest.",
                "Write [slurm] instead of [agents.slurm].");
            return own;
        }

        var changes = Assignment.Flatten(agents.Root, problems).Select(a => a with { Path = [AgentsKey, .. a.Path] }).ToArray();
        CheckAlone(ManifestTree.FromChanges(changes, agents.Root.Span, problems).Root);
        return own.With(changes.Where(c => !own.Has(c.Path)), problems);
    }

    private (ExperimentManifest Manifest, IReadOnlyDictionary<string, SourceSpan> Spans) Bind(
        ManifestTree tree, IReadOnlyList<Variant> variants)
    {
        // What a broken document lacks may stand in the lines that could not be read.
        var complete = document.Diagnostics.Count == 0;
        var binder = new ManifestBinder(problems, complete);
        var manifest = binder.Bind(tree.Root) with { Variant = [.. variants.Select(v => v.Section)] };
        if (complete)
        {
            var spans = new Dictionary<string, SourceSpan>(binder.Spans, StringComparer.Ordinal);
            for (var i = 0; i < variants.Count; i++)
            {
                spans[string.Create(CultureInfo.InvariantCulture, $"variant[{i}].name")] = variants[i].Span;
            }

            ManifestRules.Check(manifest, new RuleContext(problems, spans, binder.Faulty));
            return (manifest, spans);
        }

        return (manifest, binder.Spans);
    }

    private IReadOnlyList<(string Name, ExperimentManifest Manifest)> BindVariants(
        ManifestTree tree, IReadOnlyList<Variant> variants, ExperimentManifest main) =>
        [(MainName, main), .. variants.Select(v => (v.Section.Name, Bind(tree.With(v.Changes, problems), variants).Manifest))];

    private IReadOnlyList<SweepPoint> Points(
        IReadOnlyList<Assignment> axes, IReadOnlyList<Variant> variants, ManifestTree tree, ExperimentManifest main)
    {
        var count = axes.Aggregate(1.0, (product, axis) => product * ((TomlArray)axis.Value).Items.Count);
        if (count > MaximumPoints)
        {
            problems.Error(
                DiagnosticCodes.TooManyPoints,
                axes[0].PathSpan,
                string.Create(CultureInfo.InvariantCulture, $"The sweep has {count} points; at most {MaximumPoints} are run."),
                "Give fewer values, or several sweeps.");
            return [];
        }

        if (axes.Count == 0)
        {
            return [new SweepPoint([], main, BindVariants(tree, variants, main))];
        }

        IEnumerable<ImmutableArray<Assignment>> points = [[]];
        foreach (var axis in axes)
        {
            points = points.SelectMany(_ => ((TomlArray)axis.Value).Items, (point, value) => point.Add(axis with { Value = value }));
        }

        return [.. points.Select(point => Point(point, variants, tree))];
    }

    private SweepPoint Point(ImmutableArray<Assignment> values, IReadOnlyList<Variant> variants, ManifestTree tree)
    {
        // A point may be a table, such as the widths of a model: it changes the keys that it names.
        var changes = values.SelectMany(v => v.Value is TomlTable table
            ? Assignment.Flatten(table, problems).Select(a => a with { Path = [.. v.Path, .. a.Path] })
            : [v]);
        var point = tree.With(changes, problems);
        var axes = values.Select(v => (v.DottedPath, v.Value is TomlString text ? text.Value : TomlNotation.Write(v.Value)));
        var manifest = Bind(point, variants).Manifest;
        return new SweepPoint([.. axes], manifest, BindVariants(point, variants, manifest));
    }

    private IEnumerable<IReadOnlyList<Assignment>> Settings()
    {
        foreach (var setting in settings)
        {
            yield return Setting.Parse(setting, problems);
        }
    }

    private Dictionary<string, IReadOnlyList<Assignment>> Profiles()
    {
        var profiles = new Dictionary<string, IReadOnlyList<Assignment>>(StringComparer.Ordinal);
        if (document.Root.Find("profile") is not { } all)
        {
            return profiles;
        }

        if (all.Value is not TomlTable table)
        {
            problems.Error(
                DiagnosticCodes.WrongType,
                all.Value.Span,
                $"'profile' must be a table, not {all.Value.Kind}.",
                "Write [profile.NAME] and below it \"path\" = value.");
            return profiles;
        }

        foreach (var entry in table.Entries)
        {
            if (entry.Value is not TomlTable changes)
            {
                problems.Error(
                    DiagnosticCodes.WrongType,
                    entry.Value.Span,
                    $"'profile.{entry.Key}' must be a table, not {entry.Value.Kind}.",
                    $"Write [profile.{entry.Key}] and below it \"path\" = value.");
                continue;
            }

            profiles[entry.Key] = Assignment.Flatten(changes, problems);
            var alone = ManifestTree.FromChanges(profiles[entry.Key], changes.Span, problems);
            CheckAlone(alone.Root);
            Variants(alone.Variants);
        }

        return profiles;
    }

    private IEnumerable<IReadOnlyList<Assignment>> SelectedProfiles(Dictionary<string, IReadOnlyList<Assignment>> profiles)
    {
        foreach (var name in profile?.Split(',', StringSplitOptions.TrimEntries) ?? [])
        {
            if (profiles.TryGetValue(name, out var changes))
            {
                yield return changes;
            }
            else if (document.Root.Find("profile") is not { Value: TomlTable table } || table.Find(name) is null)
            {
                problems.Add(new Diagnostic(
                    DiagnosticCodes.UnknownProfile,
                    DiagnosticSeverity.Error,
                    $"{file} has no profile '{name}'.",
                    null,
                    Suggestion.DidYouMean(name, profiles.Keys)
                        ?? (profiles.Count == 0 ? "It has none at all." : $"It has {string.Join(", ", profiles.Keys)}.")));
            }
        }
    }

    private List<Variant> Variants(TomlValue? value)
    {
        var variants = new List<Variant>();
        if (value is null)
        {
            return variants;
        }

        if (value is not TomlArray array || array.Items.Any(i => i is not TomlTable))
        {
            problems.Error(
                DiagnosticCodes.WrongType,
                value.Span,
                "'variant' must be a list of tables.",
                "Write [[variant]], a name, and below it \"path\" = value.");
            return variants;
        }

        foreach (var table in array.Items.Cast<TomlTable>())
        {
            if (Variant.Read(table, VariantSections, problems) is { } variant)
            {
                variants.Add(variant);
                CheckAlone(ManifestTree.FromChanges(variant.Changes, table.Span, problems).Root);
            }
        }

        return variants;
    }

    /// <summary>Each value by itself, of a tree in which anything may be left out.</summary>
    private void CheckAlone(TomlTable tree) => new ManifestBinder(problems, complete: false).Bind(tree);

    private void CheckName(string name, IReadOnlyDictionary<string, SourceSpan> spans)
    {
        if (!spans.TryGetValue("name", out var span) || name.Length == 0)
        {
            return;
        }

        var expected = Path.GetFileNameWithoutExtension(file);
        if (!ManifestRules.IsName(name))
        {
            problems.Error(
                DiagnosticCodes.InvalidName, span, $"'{name}' is no name.", "Names are letters, digits, '.', '-' and '_', at most 64.");
        }
        else if (name != expected)
        {
            problems.Error(
                DiagnosticCodes.NameIsNotFile,
                span,
                $"The name '{name}' is not the file's.",
                $"Write name = \"{expected}\", or rename the file.");
        }
    }
}
