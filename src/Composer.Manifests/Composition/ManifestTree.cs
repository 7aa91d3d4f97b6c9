using Composer.Core.Diagnostics;
using Composer.Manifests.Binding;
using Composer.Manifests.Toml;

namespace Composer.Manifests.Composition;

/// <summary>
/// A manifest on the way to being bound: its values as a tree, its sweep beside it, changed layer by layer
/// (profile, settings, sweep point, variant).
/// </summary>
internal sealed class ManifestTree
{
    private const string Sweep = "sweep";

    private readonly TomlTable root;
    private readonly List<Assignment> sweep;

    private ManifestTree(TomlTable root, IEnumerable<Assignment> sweep) => (this.root, this.sweep) = (root, [.. sweep]);

    /// <summary>The values; without <c>sweep</c>, <c>profile</c> and <c>variant</c>.</summary>
    public TomlTable Root => root;

    /// <summary>Paths of the sweep with their lists, in the order in which they were written.</summary>
    public IReadOnlyList<Assignment> SweepAxes => sweep;

    /// <summary>The variants, as they stand in the file or in a profile.</summary>
    public TomlValue? Variants { get; private set; }

    /// <summary>The file's own values.</summary>
    public static ManifestTree FromDocument(TomlTable document, Problems problems)
    {
        var tree = new ManifestTree(document.Copy(), []);
        tree.root.Remove("profile");
        tree.Variants = tree.root.Remove("variant")?.Value;
        switch (tree.root.Remove(Sweep)?.Value)
        {
            case TomlTable table:
                tree.Apply(Assignment.Flatten(table, problems).Select(a => a with { Path = [Sweep, .. a.Path] }), problems);
                break;
            case { } other:
                problems.Error(
                    DiagnosticCodes.InvalidSweep,
                    other.Span,
                    $"'sweep' must be a table, not {other.Kind}.",
                    "Write [sweep] and below it \"path\" = [values].");
                break;
        }

        return tree;
    }

    /// <summary>A tree with nothing but these changes, to check them by themselves.</summary>
    public static ManifestTree FromChanges(IEnumerable<Assignment> changes, SourceSpan place, Problems problems)
    {
        var tree = new ManifestTree(new TomlTable(place, TomlTableOrigin.Header, 0), []);
        tree.Apply(changes, problems);
        return tree;
    }

    /// <summary>Whether the path has a value.</summary>
    public bool Has(IReadOnlyList<string> path)
    {
        TomlValue? value = root;
        foreach (var part in path)
        {
            value = (value as TomlTable)?.Find(part)?.Value;
        }

        return value is not null;
    }

    /// <summary>This tree with these changes.</summary>
    public ManifestTree With(IEnumerable<Assignment> changes, Problems problems)
    {
        var tree = new ManifestTree(root.Copy(), sweep) { Variants = Variants };
        tree.Apply(changes, problems);
        return tree;
    }

    private void Apply(IEnumerable<Assignment> changes, Problems problems)
    {
        var list = changes.ToList();
        if (list.Exists(IsBudget) && root.Find("pretrain")?.Value is TomlTable pretrain)
        {
            // One layer's budget replaces the other's, whichever unit each uses; two in one layer stay two.
            pretrain.Remove("tokens");
            pretrain.Remove("flops");
        }

        foreach (var change in list)
        {
            if (change.Path[0] == Sweep && change.Path.Count > 1)
            {
                SetAxis(change with { Path = [.. change.Path.Skip(1)] }, problems);
            }
            else if (change.Path is [Sweep])
            {
                problems.Error(DiagnosticCodes.InvalidSweep, change.Value.Span, $"'sweep' must be a table, not {change.Value.Kind}.");
            }
            else if (change.Path is ["variant"])
            {
                Variants = change.Value;
            }
            else
            {
                SetValue(change, problems);
            }
        }
    }

    private void SetAxis(Assignment axis, Problems problems)
    {
        if (axis.Value is not TomlArray { Items.Count: > 0 })
        {
            problems.Error(
                DiagnosticCodes.InvalidSweep,
                axis.Value.Span,
                axis.Value is TomlArray
                    ? $"The sweep over '{axis.DottedPath}' has no values."
                    : $"The sweep over '{axis.DottedPath}' must be a list of values, not {axis.Value.Kind}.",
                axis.Value is TomlArray ? "Give at least one." : $"Write [{TomlNotation.Write(axis.Value)}].");
            return;
        }

        if (axis.Path[0] is "schema" or "name" or "description" or "variant" or "profile" or Sweep)
        {
            problems.Error(
                DiagnosticCodes.PathNotAllowed,
                axis.PathSpan,
                $"A sweep cannot go over '{axis.DottedPath}'.",
                "It goes over values of the sections, the seed and the baselines.");
            return;
        }

        var index = sweep.FindIndex(a => a.Path.SequenceEqual(axis.Path));
        if (index < 0)
        {
            sweep.Add(axis);
        }
        else
        {
            sweep[index] = axis;
        }
    }

    private void SetValue(Assignment change, Problems problems)
    {
        var table = root;
        foreach (var part in change.Path.Take(change.Path.Count - 1))
        {
            var entry = table.Find(part);
            if (entry?.Value is TomlTable inner)
            {
                table = inner;
                continue;
            }

            if (entry is not null)
            {
                problems.Error(
                    DiagnosticCodes.InvalidPath,
                    change.PathSpan,
                    $"'{change.DottedPath}' leads through '{part}', which is {entry.Value.Kind}.",
                    "Paths lead through tables.");
                return;
            }

            inner = new TomlTable(change.PathSpan, TomlTableOrigin.Header, table.Depth + 1);
            table.Add(new TomlEntry(part, change.PathSpan, inner));
            table = inner;
        }

        table.Set(new TomlEntry(change.Path[^1], change.PathSpan, change.Value));
    }

    private static bool IsBudget(Assignment change) => change.Path is ["pretrain", "tokens" or "flops"];
}
