namespace Composer.Bench.Ranks;

/// <summary>One way of training, measured once.</summary>
/// <param name="StepSeconds">Of the median step.</param>
/// <param name="WaitingSeconds">Of a step, on average: for ranks that are late.</param>
/// <param name="TransferSeconds">Of a step, on average: gradients between ranks.</param>
/// <param name="Bytes">That a rank sends in a step.</param>
/// <param name="ProbedBytesPerSecond">What a rank sends in messages of a bucket with nothing else to do; 0 of one rank.</param>
internal sealed record RankRound(
    double StepSeconds, double WaitingSeconds, double TransferSeconds, long Bytes, double ProbedBytesPerSecond);
