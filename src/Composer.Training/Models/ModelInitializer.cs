using Composer.Core;

namespace Composer.Training.Models;

/// <summary>
/// Draws initial parameters on the host: vectors 1, matrices normal, as wide as <see cref="Parametrization"/> says;
/// what a primitive fills otherwise, so.
/// </summary>
/// <remarks>
/// Each tensor has a stream of its own, derived from the seed by its name, so that two models that share a
/// layer's name and shape share its numbers.
/// </remarks>
public static class ModelInitializer
{
    public static void Fill(ModelConfiguration configuration, ParameterDescription parameter, Seed seed, Span<float> values) =>
        Fill(configuration, parameter, StreamOf(parameter, seed), values);

    /// <summary>What a tensor's numbers are drawn from.</summary>
    internal static Rng StreamOf(ParameterDescription parameter, Seed seed) => new(seed.Derive(parameter.Name));

    /// <summary>The tensor's next values, in row-major order.</summary>
    internal static void Fill(ModelConfiguration configuration, ParameterDescription parameter, Rng rng, Span<float> values)
    {
        if (parameter.Fill is { } fill)
        {
            fill(rng, values);
            return;
        }

        if (parameter.IsVector)
        {
            values.Fill(1f);
            return;
        }

        GaussianSeries.Fill(rng, configuration.Parametrization.DeviationOf(configuration, parameter), values);
    }
}
