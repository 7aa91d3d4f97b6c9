using System.Diagnostics.CodeAnalysis;

namespace Composer.Architecture.Aggregation;

/// <summary>The methods' names in manifests.</summary>
public static class AggregationMethodName
{
    private static readonly string[] Names = ["n-c", "n-previous", "p100", "percentile", "posterior"];

    /// <summary>All names, in the order of the enum.</summary>
    public static IReadOnlyList<string> All => Names;

    /// <summary>The name of a method.</summary>
    public static string Of(AggregationMethod method) => Names[(int)method];

    /// <summary>Reads a name; false with what is wrong and how to mend it.</summary>
    public static bool TryParse(string name, out AggregationMethod method, [NotNullWhen(false)] out string? error)
    {
        var known = ChoiceName.TryFind(name, Names, out var index, out error);
        method = known ? (AggregationMethod)index : default;
        return known;
    }
}
