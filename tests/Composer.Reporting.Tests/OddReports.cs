namespace Composer.Reporting.Tests;

/// <summary>Reports of every shape that is hard to draw.</summary>
internal static class OddReports
{
    public const string Hostile = "<script>alert('&\"x\"')</script>\u0001\ud800";

    public static IReadOnlyList<SampleReport> All { get; } =
    [
        new() { Trials = 1, FailedTrials = 0 },
        new() { Trials = 4, FailedTrials = 1 },
        new() { Baselines = [] },
        new() { Variants = [], Baselines = [("llama-3.2", "AMAM")] },
        new() { Variants = [], Baselines = [] },
        new() { FailedTrials = 60 },
        new() { CurvePoints = 1 },
        new() { CurvePoints = 3 },
        new() { Layers = 60, Large = string.Concat(Enumerable.Repeat("AAMMMM", 10)), Trials = 20 },
        new() { Variants = ["composite", "n8", "n16", "n24", "n32"] },
        new() { Votes = false },
        new() { Proposed = "MMMMMM" },
        new() { Proposed = "MMMMMM", Votes = false },
        new() { Tasks = [] },
        new() { Tasks = ["hellaswag"] },
        new() { Primitives = ["A", "M", "Y"], Large = "AAYMMM" },
        new() { Points = ["extrapolate.size=350M", "extrapolate.size=1B", "extrapolate.size=3B"] },
        new() { Trials = 1200, FailedTrials = 0 },
        new() { Points = ["seed=17, extrapolate.size=1B", "seed=18, extrapolate.size=1B", "seed=17, extrapolate.size=350M", "seed=18, extrapolate.size=350M"] },
        new() { Points = ["seed=17", "seed=18", "seed=19"], Trials = 8 },
        new() { Repetitions = 3 },
        new() { Trainings = 5 },
        new() { Lengths = true },
        new() { Lengths = true, Trainings = 3 },
        new() { Points = ["seed=17", "seed=18"], Trainings = 2, Trials = 8 },
        new() { Points = Grid(["1M", "3M", "10M", "30M"], ["1e13", "1e14", "1e15"]), Trainings = 3, Trials = 4, CurvePoints = 4 },
        new() { Points = Grid(["1M", "2M", "3M"], ["1e14", "1e16", "1e18"]), Trials = 4, CurvePoints = 4 },
        new() { Name = Hostile, Variants = [Hostile], Points = [Hostile], Tasks = [Hostile, "b"] },
    ];

    /// <summary>Points of a sweep over sizes and budgets.</summary>
    public static string[] Grid(string[] sizes, string[] budgets) =>
        [.. sizes.SelectMany(s => budgets.Select(b => $"extrapolate.size={s}, pretrain.flops={b}"))];
}
