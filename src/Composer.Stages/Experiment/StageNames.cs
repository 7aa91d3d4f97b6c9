using System.Globalization;

namespace Composer.Stages.Experiment;

/// <summary>How stages are named: by the point of the sweep, the kind, and what they are of.</summary>
internal static class StageNames
{
    /// <param name="point">The point's label; empty without a sweep.</param>
    /// <param name="kind">The kind of stage.</param>
    /// <param name="suffix">With its slash; empty for the main experiment's.</param>
    public static string Of(string point, string kind, string suffix) => $"{(point.Length == 0 ? "" : $"{point}/")}{kind}{suffix}";

    /// <summary>
    /// What a stage of one of a model's trainings ends in: the first is plain, <c>/llama</c>, the others are numbered, <c>/llama/1</c>.
    /// </summary>
    /// <param name="model">Its name, which holds no slash.</param>
    /// <param name="repetition">From 0.</param>
    public static string OfRun(string model, int repetition) =>
        repetition == 0 ? $"/{model}" : string.Create(CultureInfo.InvariantCulture, $"/{model}/{repetition}");

    /// <summary>The repetition that a stage is of, from 0; null where it is of no training of this model.</summary>
    /// <param name="stage">Its name.</param>
    /// <param name="kind">Of stage.</param>
    /// <param name="model">The model's name.</param>
    public static int? RepetitionOf(string stage, string kind, string model)
    {
        var first = $"{kind}{OfRun(model, 0)}";
        if (stage.EndsWith(first, StringComparison.Ordinal))
        {
            return 0;
        }

        var slash = stage.LastIndexOf('/');
        return slash >= 0
            && stage[..slash].EndsWith(first, StringComparison.Ordinal)
            && int.TryParse(stage[(slash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? number
                : null;
    }
}
