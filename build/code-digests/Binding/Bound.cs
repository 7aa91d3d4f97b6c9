using Composer.CodeDigests.Model;

namespace Composer.CodeDigests.Binding;

/// <summary>What the part of an expression before a dot means.</summary>
/// <param name="IsValue">It may be a value of some type.</param>
/// <param name="IsForeign">It is a type or a value that is not the product's.</param>
/// <param name="Types">The types that it may be.</param>
/// <param name="Namespace">The namespace that it is.</param>
internal readonly record struct Bound(bool IsValue, bool IsForeign, IReadOnlyList<SourceType> Types, string? Namespace)
{
    public static Bound Value { get; } = new(true, false, [], null);

    public static Bound Foreign { get; } = new(false, true, [], null);

    public static Bound Of(IReadOnlyList<SourceType> types, bool orValue = false) => new(orValue, false, types, null);

    public static Bound In(string space) => new(false, false, [], space);
}
