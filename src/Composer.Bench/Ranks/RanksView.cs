using static System.FormattableString;

namespace Composer.Bench.Ranks;

/// <summary>What <c>bench ranks</c> measured.</summary>
/// <param name="Processor">Where.</param>
/// <param name="Sizes">One model each.</param>
internal sealed record RanksView(string Processor, IReadOnlyList<RanksOfSize> Sizes)
{
    public string Text => string.Join(
        Environment.NewLine, [Processor, .. Sizes.SelectMany(s => (string[])[s.Heading, .. s.Ways.Select(w => $"  {s.TextOf(w)}")])]);

    public string Markdown => string.Join(
        Environment.NewLine,
        [
            "| parameters | tokens a step | way | tokens/s | against one thread | waiting | transfer | by the formula |",
            "| --- | --- | --- | --- | --- | --- | --- | --- |",
            .. Sizes.SelectMany(s => s.Ways.Select(s.RowOf)),
        ]);
}

/// <param name="Name">Of the model.</param>
/// <param name="Parameters">How many.</param>
/// <param name="TokensOfStep">Of all ranks.</param>
/// <param name="Ways">Measured in turns, one thread first.</param>
internal sealed record RanksOfSize(string Name, long Parameters, int TokensOfStep, IReadOnlyList<RankWay> Ways)
{
    public string Heading => Invariant($"{Name}: {Parameters / 1e6:0.00} M parameters, {TokensOfStep:N0} tokens a step");

    public string TextOf(RankWay way) =>
        Invariant($"{way.Name,-20} {TokensPerSecond(way),9:N0} tokens/s, {Gain(way):0.00} times one thread")
        + (way.Ranks == 1
            ? ""
            : Invariant($"; of a step {way.Waiting:0.0 %} waiting, {way.Transfer:0.0 %} transfer ({way.Formula:0.0 %} by the formula at ")
                + Invariant($"{way.ProbedBytesPerSecond / 1e9:0.00} GB/s)"));

    public string RowOf(RankWay way) =>
        Invariant($"| {Parameters / 1e6:0.00} M | {TokensOfStep:N0} | {way.Name} | {TokensPerSecond(way):N0} | {Gain(way):0.00} | ")
        + (way.Ranks == 1 ? "| | |" : Invariant($"{way.Waiting:0.0 %} | {way.Transfer:0.0 %} | {way.Formula:0.0 %} |"));

    private double TokensPerSecond(RankWay way) => TokensOfStep / way.StepSeconds;

    private double Gain(RankWay way) => Ways[0].StepSeconds / way.StepSeconds;
}

/// <param name="Ranks">Processes.</param>
/// <param name="Threads">Of each.</param>
/// <param name="StepSeconds">The median round's.</param>
/// <param name="Waiting">Share of a step that a rank waits for another.</param>
/// <param name="Transfer">Share of a step that gradients take between ranks.</param>
/// <param name="Formula">The same share by 2 (R − 1) / R · 4 bytes a parameter at the speed that was probed.</param>
/// <param name="ProbedBytesPerSecond">That speed.</param>
/// <param name="StepRounds">Seconds of the median step of each round.</param>
internal sealed record RankWay(
    int Ranks,
    int Threads,
    double StepSeconds,
    double Waiting,
    double Transfer,
    double Formula,
    double ProbedBytesPerSecond,
    IReadOnlyList<double> StepRounds)
{
    public string Name => Invariant($"{Ranks} {(Ranks == 1 ? "rank" : "ranks")} × {Threads} {(Threads == 1 ? "thread" : "threads")}");

    /// <param name="ranks">Processes.</param>
    /// <param name="threads">Of each.</param>
    /// <param name="parameters">Of the model.</param>
    /// <param name="rounds">Measured.</param>
    public static RankWay Of(int ranks, int threads, long parameters, IReadOnlyList<RankRound> rounds)
    {
        var (step, speed) = (Median(rounds, r => r.StepSeconds), Median(rounds, r => r.ProbedBytesPerSecond));
        var bytes = 2.0 * (ranks - 1) / ranks * sizeof(float) * parameters;
        return new RankWay(
            ranks,
            threads,
            step,
            Median(rounds, r => r.WaitingSeconds / r.StepSeconds),
            Median(rounds, r => r.TransferSeconds / r.StepSeconds),
            ranks == 1 ? 0 : bytes / speed / step,
            speed,
            [.. rounds.Select(r => r.StepSeconds)]);
    }

    private static double Median(IReadOnlyList<RankRound> rounds, Func<RankRound, double> of) =>
        rounds.Select(of).Order().ElementAt(rounds.Count / 2);
}
