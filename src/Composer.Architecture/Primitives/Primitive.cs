using Composer.Core.Code;

namespace Composer.Architecture.Primitives;

/// <summary>
/// One kind of layer that an architecture is made of. The costs live here; the computation lives with
/// the engine, which looks it up by <see cref="Symbol"/>.
/// </summary>
/// <remarks>Stateless. Two primitives are the same when their symbols are.</remarks>
[CodeParts("primitive", nameof(Symbol))]
public abstract class Primitive
{
    /// <summary>One upper-case ASCII letter, the primitive's sign in every notation.</summary>
    public abstract char Symbol { get; }

    /// <summary>A few words for people, such as <c>grouped-query attention with RoPE</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Parameters of one layer, without its norm.</summary>
    public abstract long Parameters(ModelShape shape);

    /// <summary>
    /// Floating-point operations of mixing positions (attention scores and values), forward and backward,
    /// for one token of a sequence of this length; what the parameters' own multiplications cost is not
    /// in it. As counted for training budgets: 12 · length · dim for full attention, uncorrected for causality.
    /// </summary>
    public abstract long MixingFlopsPerToken(ModelShape shape, int sequenceLength);

    /// <summary>
    /// Parameters of one layer as Equation 6 prints them, kept to reproduce the paper's printed budgets;
    /// the true count unless a primitive's printed one differs.
    /// </summary>
    public virtual long PrintedParameters(ModelShape shape) => Parameters(shape);

    /// <summary>
    /// What Equation 7 as printed adds for mixing positions, which knows no sequence length; the cost at
    /// length 1 unless a primitive's printed one differs.
    /// </summary>
    public virtual long PrintedMixingFlopsPerToken(ModelShape shape) => MixingFlopsPerToken(shape, 1);

    /// <summary>Numbers kept per token while decoding (keys and values); 0 for a layer without a cache.</summary>
    public abstract long CachedValuesPerToken(ModelShape shape);

    public override string ToString() => Symbol.ToString();
}
