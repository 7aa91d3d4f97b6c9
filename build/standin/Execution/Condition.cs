namespace Nuke.Common.Execution;

/// <summary>A condition of a target and the source text that the summary shows when it does not hold.</summary>
internal sealed record Condition(Func<bool> Holds, string Source)
{
    /// <summary>The source text without the lambda's arrow.</summary>
    public string Text => Source.Replace("() =>", "", StringComparison.Ordinal).Trim();
}
