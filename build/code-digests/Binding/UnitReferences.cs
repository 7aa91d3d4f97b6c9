using Composer.CodeDigests.Model;

namespace Composer.CodeDigests.Binding;

/// <summary>What a unit names, and its text without what changes nothing.</summary>
internal sealed class UnitReferences
{
    /// <summary>Types of the product.</summary>
    public HashSet<SourceType> Types { get; } = [];

    /// <summary>Members of a known type, or of one that it is derived from.</summary>
    public HashSet<(SourceType Type, string Name)> Members { get; } = [];

    /// <summary>Members of whatever type has them.</summary>
    public HashSet<string> Names { get; } = new(StringComparer.Ordinal) { "GetEnumerator", "GetAsyncEnumerator", "Deconstruct",
        "GetAwaiter" };

    /// <summary>Extension methods that may be meant.</summary>
    public HashSet<Unit> Extensions { get; } = [];

    /// <summary>Parameters that are given by name.</summary>
    public HashSet<string> Arguments { get; } = new(StringComparer.Ordinal);

    /// <summary>The digest of the text.</summary>
    public string Text { get; set; } = "";
}
