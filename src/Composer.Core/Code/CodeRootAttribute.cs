namespace Composer.Core.Code;

/// <summary>
/// A computation begins here: the digest of its code is derived from this member over all that it can reach. Members
/// with the same name are one computation; a member may begin several.
/// </summary>
/// <param name="name">As keys ask for it, without spaces.</param>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true, Inherited = false)]
public sealed class CodeRootAttribute(string name) : Attribute
{
    /// <summary>As keys ask for it.</summary>
    public string Name => name;
}
