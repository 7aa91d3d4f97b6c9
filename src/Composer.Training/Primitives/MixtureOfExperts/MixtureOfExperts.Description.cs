using Composer.Architecture;
using Composer.Architecture.Primitives;

namespace Composer.Training.Primitives.MixtureOfExperts;

/// <summary>
/// A mixture of SwiGLU experts of which each token goes through a few (Shazeer et al. 2017; Mixtral, Jiang et al. 2024): the
/// <c>E</c> layer. p = softmax(x · W_r); the <c>active</c> experts of the greatest p, the first on ties, say
/// f(x) = Σ_e p_e / (Σ p of those chosen) · expert_e(x). No token is ever dropped.
/// </summary>
internal sealed class MixtureOfExpertsDescription : Primitive
{
    private const string Experts = "experts";
    private const string Active = "active";
    private const string ExpertHidden = "expert_hidden";

    public override char Symbol => 'E';

    public override string Name => "mixture of SwiGLU experts";

    public override IReadOnlyList<PrimitiveOption> Options { get; } =
    [
        new(Experts, AtSize: 8, InSearch: 8, Least: 1, Most: 1024, "Experts of a layer."),
        new(Active, AtSize: 2, InSearch: 2, Least: 1, Most: 1024, "Experts that a token goes through, at most experts."),
        new(ExpertHidden, AtSize: 0, InSearch: 0, Least: 0, Most: 1 << 20, "Inner width of an expert; 0 for half of hidden."),
    ];

    public override string WidthOption => ExpertHidden;

    /// <summary>
    /// The .01 of Switch (Fedus et al. 2021, equations 4 to 6), here of each sequence as DeepSeek-V3 takes it (equations 17 to
    /// 20): experts · Σ_e f_e · P_e, f_e the share of the sequence's choices that fell on e, P_e the mean of its p_e; 1 where
    /// all are even. See decision 35.
    /// </summary>
    public override double AuxiliaryLossFactor => 0.01;

    /// <summary>experts·dim for the router, 3·dim·expert_hidden an expert: gate, up and down.</summary>
    public override IReadOnlyList<PrimitiveTensor> Tensors(ModelShape shape)
    {
        var hidden = HiddenOf(shape);
        return
        [
            new("moe.router", ValueOf(Experts, shape), shape.Dim),
            .. Enumerable.Range(0, ValueOf(Experts, shape)).SelectMany(expert => (PrimitiveTensor[])
            [
                new($"moe.experts.{expert}.gate", hidden, shape.Dim),
                new($"moe.experts.{expert}.up", hidden, shape.Dim),
                new($"moe.experts.{expert}.down", shape.Dim, hidden) { WritesResidual = true },
            ]),
        ];
    }

    /// <summary>The router and the experts that a token goes through.</summary>
    public override long ActiveParameters(ModelShape shape) =>
        checked(((long)ValueOf(Experts, shape) * shape.Dim) + (3L * ValueOf(Active, shape) * shape.Dim * HiddenOf(shape)));

    /// <summary>The active ones: a printed budget is of operations too.</summary>
    public override long PrintedParameters(ModelShape shape) => ActiveParameters(shape);

    public override long MixingFlopsPerToken(ModelShape shape, int sequenceLength) => 0;

    public override long CachedValues(ModelShape shape, int length) => 0;

    public override IEnumerable<string> Mistakes(ModelShape shape) => ValueOf(Active, shape) > ValueOf(Experts, shape)
        ? [$"active of E ({ValueOf(Active, shape)}) must be at most its experts ({ValueOf(Experts, shape)}): raise experts or lower active."]
        : [];

    private int HiddenOf(ModelShape shape) =>
        ValueOf(ExpertHidden, shape) is > 0 and var hidden ? hidden : Math.Max(1, shape.Hidden / 2);
}
