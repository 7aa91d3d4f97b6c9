using Composer.Architecture;
using Composer.Core;

namespace Composer.Search.Benchmarks;

/// <summary>
/// Contamination control (Hu et al. 2010; as COMBO has it): at each of 25 stages of a food's supply chain,
/// prevent (at a cost of 1) or do not, so that contamination stays below .1 with probability .95 in each.
/// Zᵢ = λᵢ(1 − xᵢ)(1 − Zᵢ₋₁) + (1 − γᵢxᵢ)Zᵢ₋₁; f = Σ[xᵢ + .95 − mean(Zᵢ &lt; .1)] + λ|x|.
/// </summary>
public sealed class ContaminationControl : SearchProblem
{
    private const int Stages = 25;
    private const int Simulations = 100;
    private const double Threshold = .1;
    private const double Probability = .95;

    private readonly double penalty;
    private readonly double[] initial;
    private readonly double[] spread;
    private readonly double[] restored;

    /// <param name="penalty">λ of the whole, for each prevention.</param>
    /// <param name="seed">Of the simulations: Z₀ ~ Beta(1, 30), λᵢ ~ Beta(1, 17/3), γᵢ ~ Beta(1, 3/7).</param>
    public ContaminationControl(double penalty, Seed seed)
    {
        this.penalty = penalty;
        var rng = new Rng(seed.Derive("contamination"));

        // Beta(1, b) has the distribution function 1 − (1 − x)ᵇ.
        double Beta(double b) => 1 - Math.Pow(1 - rng.NextDouble(), 1 / b);
        initial = [.. Enumerable.Range(0, Simulations).Select(_ => Beta(30))];
        spread = [.. Enumerable.Range(0, Stages * Simulations).Select(_ => Beta(17.0 / 3))];
        restored = [.. Enumerable.Range(0, Stages * Simulations).Select(_ => Beta(3.0 / 7))];
    }

    public override SearchSpace Space { get; } = new(Stages, "AM");

    public override double Value(LayerSequence order)
    {
        var value = 0.0;
        double[] contamination = [.. initial];
        for (var i = 0; i < Stages; i++)
        {
            var prevented = order[i] == 'M';
            var below = 0;
            for (var s = 0; s < Simulations; s++)
            {
                var z = contamination[s];
                z = prevented ? (1 - restored[(i * Simulations) + s]) * z : (spread[(i * Simulations) + s] * (1 - z)) + z;
                contamination[s] = z;
                below += z < Threshold ? 1 : 0;
            }

            value += (prevented ? 1 + penalty : 0) + Probability - ((double)below / Simulations);
        }

        return value;
    }
}
