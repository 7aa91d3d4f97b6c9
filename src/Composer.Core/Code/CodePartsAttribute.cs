namespace Composer.Core.Code;

/// <summary>
/// The types derived from this one are parts: a computation that knows this type uses some of them, by name, and its key
/// covers the code of those. Adding one changes no key of a computation without it.
/// </summary>
/// <param name="kind">What keys call such parts; several bases may be of one kind.</param>
/// <param name="namedBy">The property that holds a part's name; each part defines it as a constant.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Interface, Inherited = false)]
public sealed class CodePartsAttribute(string kind, string namedBy) : Attribute
{
    /// <summary>What keys call such parts.</summary>
    public string Kind => kind;

    /// <summary>The property that holds a part's name.</summary>
    public string NamedBy => namedBy;
}
