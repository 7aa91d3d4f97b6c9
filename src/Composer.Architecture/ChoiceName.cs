using System.Diagnostics.CodeAnalysis;
using Composer.Core.Diagnostics;

namespace Composer.Architecture;

/// <summary>Reads one of a few names.</summary>
internal static class ChoiceName
{
    /// <summary>The index of a name among those allowed; false with what is wrong and how to mend it.</summary>
    public static bool TryFind(string name, string[] names, out int index, [NotNullWhen(false)] out string? error)
    {
        index = Array.IndexOf(names, name);
        error = index >= 0
            ? null
            : $"'{name}' is no method. " + (Suggestion.DidYouMean(name, names) ?? $"There are {string.Join(", ", names)}.");
        return error is null;
    }
}
