namespace Composer.Stages.Experiment;

/// <summary>How stages are named: by the point of the sweep, the kind, and what they are of.</summary>
internal static class StageNames
{
    /// <param name="point">The point's label; empty without a sweep.</param>
    /// <param name="kind">The kind of stage.</param>
    /// <param name="suffix">With its slash; empty for the main experiment's.</param>
    public static string Of(string point, string kind, string suffix) => $"{(point.Length == 0 ? "" : $"{point}/")}{kind}{suffix}";
}
