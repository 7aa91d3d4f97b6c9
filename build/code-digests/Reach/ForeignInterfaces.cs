namespace Composer.CodeDigests.Reach;

/// <summary>Which members an interface that is not the product's has called.</summary>
internal static class ForeignInterfaces
{
    private static readonly Dictionary<string, string[]> Members = new(StringComparer.Ordinal)
    {
        // Always reached: DeclaredMember.IsImplicit.
        ["IDisposable"] = [],
        ["IAsyncDisposable"] = [],
        ["IEquatable"] = [],
        ["IComparable"] = [],
        ["IComparer"] = [],
        ["IEqualityComparer"] = [],
        ["IEnumerable"] = [],
        ["IAsyncEnumerable"] = [],
        ["IProgress"] = ["Report"],
        ["Attribute"] = [],
        ["Exception"] = [],
        ["IOException"] = [],
    };

    /// <summary>Whether a type that has these in its base list, or above it, may have this member called without its being named.</summary>
    public static bool MayCall(IEnumerable<string> bases, string member) =>
        bases.Any(b => Members.TryGetValue(b, out var called) ? called.Contains(member) : IsInterface(b));

    /// <summary>What is no interface calls what overrides its members, which is reached anyway.</summary>
    private static bool IsInterface(string name) => name.Length > 1 && name[0] == 'I' && char.IsAsciiLetterUpper(name[1]);
}
