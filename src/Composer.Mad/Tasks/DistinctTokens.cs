using Composer.Core;

namespace Composer.Mad.Tasks;

/// <summary>Draws without replacement.</summary>
internal static class DistinctTokens
{
    /// <param name="rng">Advanced by as many numbers as are drawn.</param>
    /// <param name="from">What is drawn from; left in another order, which changes no distribution.</param>
    /// <param name="drawn">At most as many as there are; an ordered draw, every order as likely.</param>
    public static void Draw(Rng rng, Span<int> from, Span<int> drawn)
    {
        for (var i = 0; i < drawn.Length; i++)
        {
            var j = rng.NextInt(i, from.Length);
            (from[i], from[j]) = (from[j], from[i]);
            drawn[i] = from[i];
        }
    }
}
