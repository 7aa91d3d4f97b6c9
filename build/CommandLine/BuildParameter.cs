namespace Composer.Build.CommandLine;

/// <summary>A parameter that the build knows: its name as declared, and the type of its value.</summary>
internal sealed record BuildParameter(string Name, Type Type)
{
    /// <summary>Given by its name alone, or with true or false.</summary>
    public bool IsFlag => ValueType == typeof(bool);

    /// <summary>Takes any number of values.</summary>
    public bool IsList => Type != typeof(string) && typeof(System.Collections.IEnumerable).IsAssignableFrom(Type);

    /// <summary>The type of one value.</summary>
    public Type ValueType => Type.IsArray ? Type.GetElementType()! : Nullable.GetUnderlyingType(Type) ?? Type;

    /// <summary>Names agree when they differ only in case and hyphens, as NUKE has it.</summary>
    public bool IsNamed(string name) => Letters(Name) == Letters(name);

    /// <summary><c>ExperimentProfile</c> is written <c>--experiment-profile</c>.</summary>
    public string Option => "--" + string.Concat(Name.Select((character, index) =>
        index > 0 && char.IsUpper(character) ? $"-{character}" : $"{character}")).ToLowerInvariant();

    internal static string Letters(string name) => new([.. name.Where(char.IsLetterOrDigit).Select(char.ToLowerInvariant)]);
}
