namespace Composer.Stages;

/// <summary>The names of the kinds of job, in the order in which an experiment goes through them. Persisted.</summary>
public static class KindNames
{
    public const string Search = "search";
    public const string Evaluate = "evaluate";
    public const string Aggregate = "aggregate";
    public const string Extrapolate = "extrapolate";
    public const string Tokenize = "tokenize";
    public const string Pretrain = "pretrain";
    public const string Import = "import";
    public const string LmEval = "lm-eval";
    public const string Efficiency = "efficiency";
    public const string Report = "report";
}
