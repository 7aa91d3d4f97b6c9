namespace Composer.Pipeline.Stages;

/// <summary>The kinds of stage, in the order in which an experiment goes through them. Names are persisted.</summary>
public static class StageKind
{
    public const string Search = "search";
    public const string Evaluate = "evaluate";
    public const string Aggregate = "aggregate";
    public const string Extrapolate = "extrapolate";
    public const string Pretrain = "pretrain";
    public const string LmEval = "lm-eval";
    public const string Report = "report";

    /// <summary>All of them, in order.</summary>
    public static IReadOnlyList<string> All { get; } = [Search, Evaluate, Aggregate, Extrapolate, Pretrain, LmEval, Report];

    /// <summary>The place of a kind in <see cref="All"/>.</summary>
    public static int OrderOf(string kind)
    {
        for (var i = 0; i < All.Count; i++)
        {
            if (All[i] == kind)
            {
                return i;
            }
        }

        throw new ArgumentException($"'{kind}' is no kind of stage.", nameof(kind));
    }
}
