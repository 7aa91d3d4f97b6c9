using Composer.Core;
using Composer.Training.Models;
using Composer.Training.Reference;

namespace Composer.Training.Tests.Reference;

public class ReferenceGradientTests
{
    [Theory]
    [InlineData("A", 6, 3, 1, 1, 5, 4, ModelHead.Language)]
    [InlineData("A", 4, 2, 2, 3, 2, 7, ModelHead.Language)]
    [InlineData("M", 2, 1, 1, 5, 3, 3, ModelHead.Language)]
    [InlineData("AMA", 12, 6, 2, 7, 11, 5, ModelHead.Language)]
    [InlineData("MMAAM", 8, 2, 1, 3, 9, 6, ModelHead.Language)]
    [InlineData("MA", 10, 1, 1, 9, 7, 1, ModelHead.Language)]
    [InlineData("AM", 6, 3, 3, 5, 7, 5, ModelHead.Compression)]
    [InlineData("M", 2, 1, 1, 3, 4, 3, ModelHead.Compression)]
    [InlineData("A", 8, 4, 2, 3, 5, 6, ModelHead.Compression)]
    public void Every_gradient_is_the_central_difference_of_the_loss(
        string layers, int dim, int heads, int kvHeads, int hidden, int vocabulary, int length, ModelHead head)
    {
        var rng = new Rng(new Seed(11));
        var configuration = TinyModels.Configuration(layers, dim, heads, kvHeads, hidden, vocabulary, length, head);
        var model = new ReferenceModel(configuration, new Seed(3));
        TinyModels.Disturb(model, rng, 0.4);
        var batch = TinyModels.Batch(configuration, rng, sequences: 2, length);

        var analytic = model.ExactGradients(batch).Gradients.Tensors.Select(tensor => tensor.Values.ToArray()).ToList();

        const double Nudge = 1e-5;
        for (var tensor = 0; tensor < analytic.Count; tensor++)
        {
            var values = model.Values.Tensors[tensor].Values;
            var (difference, size) = (0.0, 0.0);
            for (var i = 0; i < values.Length; i++)
            {
                var value = values[i];
                values[i] = value + Nudge;
                var above = model.Evaluate(batch).MeanLoss;
                values[i] = value - Nudge;
                var below = model.Evaluate(batch).MeanLoss;
                values[i] = value;
                var numeric = (above - below) / (2 * Nudge);
                difference += Math.Pow(numeric - analytic[tensor][i], 2);
                size += numeric * numeric;
            }

            // Relative to the tensor's norm; 1e-8 is the noise of the difference itself, for gradients that vanish.
            var error = Math.Sqrt(difference) / (Math.Sqrt(size) + 1e-3);
            Assert.True(error < 1e-6, $"{model.Parameters[tensor].Name}: relative error {error:e2}");
        }
    }

    [Theory]
    [InlineData(-7.0, -8.9586889120816e-12)]
    [InlineData(-1.0, -0.15865525393145707)]
    [InlineData(0.0, 0.0)]
    [InlineData(0.5, 0.34573123063700656)]
    [InlineData(3.0, 2.9959503059051827)]
    public void Gelu_is_x_times_the_normal_distribution(double x, double expected)
    {
        Assert.Equal(expected, Gelu.Forward(x), 1e-12);
        const double Nudge = 1e-6;
        var numeric = (Gelu.Forward(x + Nudge) - Gelu.Forward(x - Nudge)) / (2 * Nudge);
        Assert.Equal(numeric, Gelu.Derivative(x), 1e-8);
    }
}
