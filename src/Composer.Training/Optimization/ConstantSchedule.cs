namespace Composer.Training.Optimization;

/// <summary>The peak rate throughout: 1 at every step.</summary>
public sealed record ConstantSchedule : ILearningRateSchedule
{
    public double FactorAt(long step) => 1.0;
}
