namespace Composer.Training.Optimization;

/// <summary>The share of the peak learning rate at each step. Pure: a function of the step alone.</summary>
public interface ILearningRateSchedule
{
    /// <param name="step">Counts from 0.</param>
    /// <returns>In [0, 1].</returns>
    double FactorAt(long step);
}
