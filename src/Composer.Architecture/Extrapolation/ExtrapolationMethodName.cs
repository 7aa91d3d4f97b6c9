using System.Diagnostics.CodeAnalysis;

namespace Composer.Architecture.Extrapolation;

/// <summary>The methods' names in manifests and on the command line.</summary>
public static class ExtrapolationMethodName
{
    private static readonly string[] Names = ["stack", "stretch", "stretch-integer", "identity"];

    /// <summary>All names, in the order of the enum.</summary>
    public static IReadOnlyList<string> All => Names;

    /// <summary>The name of a method.</summary>
    public static string Of(ExtrapolationMethod method) => Names[(int)method];

    /// <summary>Reads a name; false with what is wrong and how to mend it.</summary>
    public static bool TryParse(string name, out ExtrapolationMethod method, [NotNullWhen(false)] out string? error)
    {
        var known = ChoiceName.TryFind(name, Names, out var index, out error);
        method = known ? (ExtrapolationMethod)index : default;
        return known;
    }
}
