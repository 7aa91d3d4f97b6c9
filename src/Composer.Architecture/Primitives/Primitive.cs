using Composer.Core.Code;

namespace Composer.Architecture.Primitives;

/// <summary>
/// One kind of layer that an architecture is made of: its tensors, costs and options. The computation lives with the
/// engines, which look it up by <see cref="Symbol"/>.
/// </summary>
/// <remarks>Stateless. Two primitives are the same when their symbols are. To add one see <c>docs/architecture.md</c>.</remarks>
[CodeParts("primitive", nameof(Symbol))]
public abstract class Primitive
{
    /// <summary>One upper-case ASCII letter, the primitive's sign in every notation.</summary>
    public abstract char Symbol { get; }

    /// <summary>A few words for people, such as <c>grouped-query attention with RoPE</c>.</summary>
    public abstract string Name { get; }

    /// <summary>What the primitive leaves open, in the order of its description; most leave nothing.</summary>
    public virtual IReadOnlyList<PrimitiveOption> Options => [];

    /// <summary>Whether a search chooses from it that does not say what from.</summary>
    public virtual bool IsSearchedByDefault => false;

    /// <summary>The parameters of one layer without its norm, in canonical order.</summary>
    /// <exception cref="OverflowException">A side exceeds 31 bits.</exception>
    public abstract IReadOnlyList<PrimitiveTensor> Tensors(ModelShape shape);

    /// <summary>Parameters of one layer, without its norm.</summary>
    public long Parameters(ModelShape shape)
    {
        var sum = 0L;
        foreach (var tensor in Tensors(shape))
        {
            sum = checked(sum + tensor.Count);
        }

        return sum;
    }

    /// <summary>
    /// Parameters that a token goes through, at most <see cref="Parameters"/>: operations and budgets count these, a model's
    /// size all of them. A mixture of experts has fewer.
    /// </summary>
    public virtual long ActiveParameters(ModelShape shape) => Parameters(shape);

    /// <summary>
    /// The factor with which training adds what a layer says of a sequence (a mixture's imbalance) to the loss, the mean of
    /// the sequences that count; 0 where it adds nothing. A loss that is reported never has it.
    /// </summary>
    public virtual double AuxiliaryLossFactor => 0;

    /// <summary>
    /// The option that is a layer's inner width, by which layers of different kinds are made equally costly; its value 0
    /// stands for the width that follows from the shape. Null where there is none.
    /// </summary>
    public virtual string? WidthOption => null;

    /// <summary>What is wrong with the shape for a layer of this kind, one sentence each, where every option is in its range.</summary>
    public virtual IEnumerable<string> Mistakes(ModelShape shape) => [];

    /// <summary>Whether a position's output depends on earlier positions: something is kept of them while decoding.</summary>
    public bool MixesPositions(ModelShape shape) => CachedValues(shape, 1) > 0;

    /// <summary>
    /// Floating-point operations of mixing positions (attention scores and values), forward and backward,
    /// for one token of a sequence of this length; what the parameters' own multiplications cost is not
    /// in it. As counted for training budgets: 12 · length · dim for full attention, uncorrected for causality.
    /// </summary>
    public abstract long MixingFlopsPerToken(ModelShape shape, int sequenceLength);

    /// <summary>
    /// The same, but what cannot be done without: of causal attention the half that is seen, scores counted once more
    /// in the backward. What an engine's speed is measured against.
    /// </summary>
    public virtual double LeastMixingFlopsPerToken(ModelShape shape, int sequenceLength) => MixingFlopsPerToken(shape, sequenceLength);

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

    /// <summary>
    /// Numbers kept of a sequence of this length while decoding (keys and values, or a state); need not grow with it.
    /// </summary>
    public abstract long CachedValues(ModelShape shape, int length);

    /// <summary>The value of one of <see cref="Options"/>: the shape's, else the default at size.</summary>
    /// <exception cref="ArgumentException">The primitive has no such option.</exception>
    public int ValueOf(string option, ModelShape shape) =>
        Options.FirstOrDefault(o => o.Name == option) is { } known
            ? shape.Options?.Of(Symbol, option) ?? known.AtSize
            : throw new ArgumentException($"{Symbol} has no option '{option}'.", nameof(option));

    public override string ToString() => Symbol.ToString();
}
