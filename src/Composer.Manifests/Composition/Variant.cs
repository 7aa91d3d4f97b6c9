using Composer.Core.Diagnostics;
using Composer.Manifests.Binding;
using Composer.Manifests.Model;
using Composer.Manifests.Toml;

namespace Composer.Manifests.Composition;

/// <summary>One <c>[[variant]]</c>: a name, and the changes that make it.</summary>
/// <param name="Section">What the manifest shows of it.</param>
/// <param name="Changes">Its changes.</param>
/// <param name="Span">Where its name stands.</param>
internal sealed record Variant(VariantSection Section, IReadOnlyList<Assignment> Changes, SourceSpan Span)
{
    /// <summary>Null when its name is missing, which is then reported.</summary>
    public static Variant? Read(TomlTable table, IReadOnlyCollection<string> sections, Problems problems)
    {
        var changes = new List<Assignment>();
        foreach (var change in Assignment.Flatten(table, problems))
        {
            if (change.Path is ["name"])
            {
                continue;
            }

            if (sections.Contains(change.Path[0]))
            {
                changes.Add(change);
                continue;
            }

            problems.Error(
                DiagnosticCodes.PathNotAllowed,
                change.PathSpan,
                $"A variant cannot change '{change.DottedPath}'.",
                Suggestion.DidYouMean(change.Path[0], sections)
                    ?? $"It changes {string.Join(", ", sections)}: all architectures are trained and scored alike.");
        }

        if (table.Find("name") is not { } name)
        {
            problems.Error(DiagnosticCodes.Missing, table.Span, "The variant's 'name' is missing.", "It is: its name in the tables.");
            return null;
        }

        if (name.Value is not TomlString { Value.Length: > 0 } text)
        {
            problems.Error(
                DiagnosticCodes.WrongType,
                name.Value.Span,
                $"The variant's 'name' must be a text, not {(name.Value is TomlString ? "empty" : name.Value.Kind)}.");
            return null;
        }

        var set = changes.Select(c => KeyValuePair.Create(c.DottedPath, TomlNotation.Write(c.Value)));
        return new Variant(new VariantSection { Name = text.Value, Set = new(set) }, changes, name.Value.Span);
    }
}
