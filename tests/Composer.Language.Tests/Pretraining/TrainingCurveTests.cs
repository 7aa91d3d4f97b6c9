using Composer.Language.Pretraining;

namespace Composer.Language.Tests.Pretraining;

public sealed class TrainingCurveTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(399)]
    [InlineData(400)]
    [InlineData(1000)]
    [InlineData(12345)]
    public void Points_are_means_over_all_steps_and_never_too_many(int steps)
    {
        var curve = new TrainingCurve();
        for (var step = 1; step <= steps; step++)
        {
            curve.Add(step, step * 10L, step, 2 * step, 1);
        }

        var points = curve.Finish(steps, steps * 10L, 1);

        Assert.InRange(points.Count, Math.Min(steps, TrainingCurve.MostPoints / 2), TrainingCurve.MostPoints);
        var from = 0L;
        foreach (var point in points)
        {
            Assert.Equal((from + 1 + point.Step) / 2.0, point.Loss, 1e-9);
            Assert.Equal(2 * point.Loss, point.GradientNorm, 1e-9);
            Assert.Equal(point.Step * 10, point.Tokens);
            from = point.Step;
        }

        Assert.Equal(steps, from);
    }
}
