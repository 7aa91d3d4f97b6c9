namespace Nuke.Common;

/// <summary>
/// Marks a field or property that takes its value from the command line (<c>--its-name</c>), else the
/// environment (<c>ITSNAME</c> or <c>NUKE_ITSNAME</c>), else <c>.nuke/parameters.json</c>, else keeps its own.
/// </summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)]
public class ParameterAttribute : Attribute
{
    public ParameterAttribute(string? description = null) => Description = description;

    public virtual string? Description { get; }

    /// <summary>The parameter's name where it is not the member's.</summary>
    public string? Name { get; set; }

    /// <summary>One character that separates the values of a list given as one argument.</summary>
    public string? Separator { get; set; }

    /// <summary>Whether <c>--help</c> shows the parameter.</summary>
    public virtual bool List { get; set; } = true;
}
