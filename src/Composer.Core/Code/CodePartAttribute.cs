namespace Composer.Core.Code;

/// <summary>What this member does is a part of its own, which a computation that can reach it uses or not; its key says.</summary>
/// <param name="kind">What keys call the choice.</param>
/// <param name="name">What keys call this part.</param>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class CodePartAttribute(string kind, string name) : Attribute
{
    /// <summary>What keys call the choice.</summary>
    public string Kind => kind;

    /// <summary>What keys call this part.</summary>
    public string Name => name;
}
