using System.Diagnostics.CodeAnalysis;
using Composer.Architecture.Notation;
using Composer.Architecture.Primitives;
using Composer.Core.Diagnostics;

namespace Composer.Architecture.Presets;

/// <summary>Every architecture and baseline of the paper's appendix 8, by name.</summary>
/// <remarks>
/// Names are compared without regard to case, and <c>_</c>, <c>:</c> and a space stand for <c>-</c>. Two
/// orders differ from print: <c>striped-1-4</c> and <c>striped-1-8</c>, whose inner blocks the paper prints
/// with 2M, a slip.
/// </remarks>
public static partial class ArchitecturePresets
{
    /// <summary>All of them, in the paper's order.</summary>
    public static IReadOnlyList<ArchitecturePreset> All { get; } = Table();

    /// <summary>
    /// The preset of this name: in full (<c>llama-3.2-1b</c>), or a family (<c>llama-3.2</c>) at a size.
    /// </summary>
    /// <param name="name">A full name or a family.</param>
    /// <param name="size">The size where the name is a family; null serves a family of one size.</param>
    /// <returns>Null when there is none.</returns>
    public static ArchitecturePreset? Find(string name, SizePreset? size = null)
    {
        var wanted = Normalize(name);
        if (All.FirstOrDefault(p => p.Name == wanted) is { } full)
        {
            return full;
        }

        var family = All.Where(p => p.Family == wanted).ToList();
        return family.Count == 1 && size is null ? family[0] : family.Find(p => p.Size == size);
    }

    /// <summary>Reads what stands for an architecture in a manifest: a preset's name, or the notation.</summary>
    /// <param name="text">A full name, a family, or <c>16x(1A+1M)</c>.</param>
    /// <param name="size">The size where the text is a family.</param>
    /// <param name="layers">The large order.</param>
    /// <param name="error">What is wrong, where, and how to mend it.</param>
    /// <param name="registry">Where the symbols of the notation must be known; null lets all pass.</param>
    public static bool TryResolve(
        string text,
        SizePreset? size,
        [NotNullWhen(true)] out LayerSequence? layers,
        [NotNullWhen(false)] out NotationError? error,
        PrimitiveRegistry? registry = null)
    {
        if (Find(text, size) is { } preset)
        {
            (layers, error) = (preset.Layers, null);
            return true;
        }

        if (LayerSequence.TryParse(text, out layers, out error, registry))
        {
            return true;
        }

        if (HybridPresets.Find(text) is { } hybrid)
        {
            error = new NotationError(
                0,
                text.Length,
                $"{hybrid.Name} is a pattern for any size, {hybrid.Pattern.Notation}, not an architecture at one.",
                $"Give it as an order that is scaled: order = \"{hybrid.Name}\".");
        }
        else if (IsName(text))
        {
            var wanted = Normalize(text);
            error = new NotationError(0, text.Length, $"No architecture is named '{text}'{At(wanted, size)}.", Remedy(wanted));
        }

        return false;
    }

    private static string At(string wanted, SizePreset? size) =>
        All.All(p => p.Family != wanted) ? "" : size is null ? " without a size" : $" at {size.Name}";

    private static string Remedy(string wanted)
    {
        var sizes = All.Where(p => p.Family == wanted).Select(p => p.Name).ToList();
        return sizes.Count > 0
            ? $"There is {string.Join(", ", sizes)}."
            : Suggestion.DidYouMean(wanted, All.SelectMany(p => new[] { p.Name, p.Family }).Distinct())
                ?? "Write a preset's name such as llama-3.2-1b, or layers such as 16x(1A+1M).";
    }

    /// <summary>Whether a text that cannot be read is meant as a name.</summary>
    /// <remarks>A notation holds no lower-case letter but x and never starts with one; a name always does.</remarks>
    internal static bool IsName(string text) =>
        Normalize(text) is [var first, ..] && char.IsAsciiLetter(first) && text.Any(c => char.IsAsciiLetterLower(c) && c != 'x');

    internal static string Normalize(string name) =>
        name.Trim().ToLowerInvariant().Replace('_', '-').Replace(':', '-').Replace(' ', '-');

    private static ArchitecturePreset Published(string family, string size, string section, string? small, string large) => new(
        family,
        SizePreset.All.Single(s => s.Name == size),
        LayerSequence.Parse(large),
        small is null ? null : LayerSequence.Parse(small),
        section);
}
