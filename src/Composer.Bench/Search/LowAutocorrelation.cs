using Composer.Architecture;
using Composer.Search;

namespace Composer.Bench.Search;

/// <summary>
/// Low-autocorrelation binary sequences: E = Σₖ (Σᵢ sᵢsᵢ₊ₖ)², s = ±1; the same for every seed, and without
/// structure that a surrogate could learn from few trials.
/// </summary>
/// <param name="length">n.</param>
internal sealed class LowAutocorrelation(int length) : SearchProblem
{
    public override SearchSpace Space { get; } = new(length, "AM");

    public override double Value(LayerSequence order)
    {
        var bits = Bits(order);
        var energy = 0;
        for (var k = 1; k < bits.Length; k++)
        {
            var correlation = 0;
            for (var i = 0; i + k < bits.Length; i++)
            {
                correlation += bits[i] == bits[i + k] ? 1 : -1;
            }

            energy += correlation * correlation;
        }

        return energy;
    }
}
