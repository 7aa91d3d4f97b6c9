using Composer.Architecture;
using Composer.Core;
using Composer.Search;

namespace Composer.Bench.Search;

/// <summary>
/// Contamination control (Hu et al. 2010; as COMBO has it): at each of 25 stages of a food's supply chain,
/// prevent (at a cost of 1) or do not, so that contamination stays below .1 with probability .95 in each.
/// Zᵢ = λᵢ(1 − xᵢ)(1 − Zᵢ₋₁) + (1 − γᵢxᵢ)Zᵢ₋₁; f = Σ[xᵢ + .95 − mean(Zᵢ &lt; .1)] + λ|x|.
/// </summary>
internal sealed class ContaminationControl : SearchProblem, ISolvedProblem
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
            value += Pass(i, order[i] == 'M', contamination, contamination);
        }

        return value;
    }

    /// <inheritdoc/>
    public LayerSequence Optimum(CancellationToken cancellation)
    {
        var contamination = new double[Stages + 1][];
        contamination[0] = initial;
        for (var i = 1; i <= Stages; i++)
        {
            contamination[i] = new double[Simulations];
        }

        var rest = LeastOfRest();
        var (least, best) = (double.PositiveInfinity, "");
        var chosen = new char[Stages];
        Descend(0, 0);
        return LayerSequence.FromSymbols(best);

        void Descend(int stage, double value)
        {
            if (value + rest[stage] >= least)
            {
                return;
            }

            if (stage == Stages)
            {
                (least, best) = (value, new string(chosen));
                return;
            }

            cancellation.ThrowIfCancellationRequested();
            foreach (var symbol in "MA")
            {
                chosen[stage] = symbol;
                Descend(stage + 1, value + Pass(stage, symbol == 'M', contamination[stage], contamination[stage + 1]));
            }
        }
    }

    /// <summary>
    /// [26] what the stages from each on add at least: a stage with prevention at best keeps every simulation below
    /// the threshold, one without it those that what spreads there alone does not lift above it.
    /// </summary>
    private double[] LeastOfRest()
    {
        var rest = new double[Stages + 1];
        for (var i = Stages - 1; i >= 0; i--)
        {
            var below = spread.AsSpan(i * Simulations, Simulations).ToArray().Count(z => z < Threshold);
            rest[i] = rest[i + 1] + Probability - 1 + Math.Min(1 + penalty, 1 - ((double)below / Simulations));
        }

        return rest;
    }

    /// <summary>What a stage adds to the value.</summary>
    /// <param name="stage">From 0.</param>
    /// <param name="prevented">x.</param>
    /// <param name="before">[100] contamination before it.</param>
    /// <param name="after">[100] and after it, written; may be the same.</param>
    private double Pass(int stage, bool prevented, double[] before, double[] after)
    {
        var below = 0;
        for (var s = 0; s < Simulations; s++)
        {
            var z = before[s];
            z = prevented ? (1 - restored[(stage * Simulations) + s]) * z : (spread[(stage * Simulations) + s] * (1 - z)) + z;
            after[s] = z;
            below += z < Threshold ? 1 : 0;
        }

        return (prevented ? 1 + penalty : 0) + Probability - ((double)below / Simulations);
    }
}
