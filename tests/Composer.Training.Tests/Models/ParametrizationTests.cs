using Composer.Architecture;
using Composer.Core;
using Composer.Training.Models;

namespace Composer.Training.Tests.Models;

public class ParametrizationTests
{
    private static readonly Parametrization FanIn = new(InitializationRule.FanIn, RateRule.FanIn);

    [Theory]
    [InlineData(InitializationRule.FanIn, 32, 2)]
    [InlineData(InitializationRule.FanIn, 256, 30)]
    [InlineData(InitializationRule.Constant, 32, 2)]
    [InlineData(InitializationRule.Constant, 256, 30)]
    public void Matrices_spread_as_their_rule_says(InitializationRule rule, int dim, int layers)
    {
        var model = Model(dim, layers) with { Parametrization = new Parametrization(rule, RateRule.Constant) };
        foreach (var parameter in ParameterLayout.Of(model))
        {
            var values = new float[parameter.Count];
            ModelInitializer.Fill(model, parameter, new Seed(4), values);
            if (parameter.IsVector)
            {
                Assert.All(values, v => Assert.Equal(1f, v));
                continue;
            }

            var spread = rule == InitializationRule.Constant ? 0.02 : Math.Sqrt(1.0 / 3 / parameter.Columns);
            spread /= parameter.Name.EndsWith(".o", StringComparison.Ordinal) || parameter.Name.EndsWith(".down", StringComparison.Ordinal)
                ? Math.Sqrt(layers)
                : 1;
            Assert.Equal(spread, Math.Sqrt(values.Average(v => (double)v * v)), 6 * spread / Math.Sqrt(2.0 * values.Length));
        }
    }

    /// <remarks>At width 128 and six layers a rule changes nothing: what is tuned there stands for the rest.</remarks>
    [Theory]
    [InlineData(128, 6, 1, 1)]
    [InlineData(32, 6, 4, 4)]
    [InlineData(256, 24, .5, .125)]
    public void The_rate_falls_with_width_and_in_layers_with_depth(int dim, int layers, double outside, double inside)
    {
        var model = Model(dim, layers) with { Parametrization = FanIn };
        Assert.All(ParameterLayout.Of(model), p => Assert.Equal(
            p.IsVector ? 1 : p.Name.StartsWith("layers.", StringComparison.Ordinal) ? inside : outside,
            FanIn.RateFactorOf(model, p),
            1e-12));
    }

    [Fact]
    public void A_constant_rate_is_the_whole_rate() => Assert.All(
        ParameterLayout.Of(Model(32, 4)),
        p => Assert.Equal(1, new Parametrization(InitializationRule.FanIn, RateRule.Constant).RateFactorOf(Model(32, 4), p)));

    private static ModelConfiguration Model(int dim, int layers) =>
        new(LayerSequence.Parse($"{layers / 2}x(1A+1M)"), new ModelShape(dim, 4, 2, 2 * dim), 64, 16);
}
