namespace Composer.CodeDigests.Tests.Compiled;

/// <summary>A type of a compiled assembly of the product, by its full name with <c>+</c> before nested ones.</summary>
internal sealed class CompiledType(string name)
{
    public string Name => name;

    /// <summary>What it is derived from, of the product or not.</summary>
    public List<string> Bases { get; } = [];

    public Dictionary<string, List<CompiledMember>> Methods { get; } = new(StringComparer.Ordinal);

    public bool IsValueType { get; set; }

    public bool IsInterface { get; init; }

    /// <summary>Whether the compiler made it: a closure, an iterator, an asynchronous method's state.</summary>
    public bool IsGenerated => name[(name.LastIndexOf('+') + 1)..].StartsWith('<');
}
