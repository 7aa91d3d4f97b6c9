using Composer.Training.Kernels;
using Composer.Training.Layers;
using Composer.Training.Parameters;

namespace Composer.Training.Primitives.MixtureOfExperts;

/// <summary>
/// f(x) = Σ of the chosen experts, weight · down_e((silu(gate_e · x) ∘ up_e · x)). Rows are gathered expert by expert, so that
/// each expert's products are of all its rows at once, and no expert has room for too few.
/// </summary>
/// <remarks>
/// An expert's gate and up are one packed matrix, gate first. A backward needs no expert's output: the gradient of a row's
/// weight is the product of what the expert's down took and its gradient (<see cref="TierKernels.WeightedSwiGluBackward"/>).
/// </remarks>
internal sealed unsafe class MixtureOfExpertsLayer : Layer
{
    private readonly int experts;
    private readonly int active;
    private readonly float balanceFactor;
    private readonly PackedMatrix router;
    private readonly PackedMatrix[] gateUps;
    private readonly PackedMatrix[] downs;
    private readonly int dim;
    private readonly int width;
    private readonly int stride;
    private readonly int gateUpStride;
    private readonly int hiddenStride;
    private readonly int routerStride;

    /// <param name="context">What a layer is built from.</param>
    /// <param name="experts">At least as many as <paramref name="active"/>.</param>
    /// <param name="active">Experts that a token goes through.</param>
    /// <param name="hidden">Inner width of an expert.</param>
    /// <param name="balanceFactor">Of the imbalance in what the gradient is of.</param>
    public MixtureOfExpertsLayer(LayerContext context, int experts, int active, int hidden, float balanceFactor)
    {
        (this.experts, this.active, this.balanceFactor) = (experts, active, balanceFactor);
        dim = context.Configuration.Shape.Dim;
        width = Padding.ToGranule(hidden);
        (stride, gateUpStride, hiddenStride) = (Padding.ToStride(dim), Padding.ToStride(2 * width), Padding.ToStride(width));
        routerStride = Padding.ToStride(experts);
        router = context.Plan.AddProjection($"{context.Prefix}moe.router", dim, experts);
        (gateUps, downs) = (new PackedMatrix[experts], new PackedMatrix[experts]);
        var any = AxisMap.Contiguous();
        for (var expert = 0; expert < experts; expert++)
        {
            var prefix = $"{context.Prefix}moe.experts.{expert}.";
            gateUps[expert] = context.Plan.AddMatrix(dim, 2 * width);
            context.Plan.Bind($"{prefix}gate", new ParameterBinding.Projection(gateUps[expert], any, any));
            context.Plan.Bind($"{prefix}up", new ParameterBinding.Projection(gateUps[expert], AxisMap.Contiguous(width), any));
            downs[expert] = context.Plan.AddProjection($"{prefix}down", hidden, dim);
        }
    }

    public override long CacheBytes(int maximumLength) => 0;

    public override long ScratchFloats(int rows) =>
        ((long)rows * active * ((2 * stride) + hiddenStride + 1)) + ((rows + 1L) * routerStride);

    public override LayerState CreateState(AlignedArena arena, int rows) => new State
    {
        Probabilities = arena.Allocate((long)rows * routerStride),
        GateUp = arena.Allocate((long)rows * active * gateUpStride),
        Routes = new ExpertRows(experts, active, arena.Allocate(ExpertRows.Floats(experts, active, rows)), rows),
    };

    public override void Forward(SequencePass pass, LayerState state, float* normed, float* residual, float* output)
    {
        var saved = (State)state;
        var routes = saved.Routes;
        var x = pass.Scratch;
        var hidden = x + ((nint)pass.Length * active * stride);
        pass.Project(router, pass.Rows, normed, pass.Stride, saved.Probabilities, routerStride);
        routes.Route(pass.Kernels, pass.Length, saved.Probabilities, routerStride);
        Gather(routes, normed, pass.Stride, x);
        for (var expert = 0; expert < experts; expert++)
        {
            var (first, count) = routes.Of(expert);
            if (count > 0)
            {
                pass.Project(gateUps[expert], count, x + (first * stride), stride, saved.GateUp + (first * gateUpStride), gateUpStride);
            }
        }

        pass.Kernels.SwiGlu(routes.Starts[experts], width, saved.GateUp, gateUpStride, hidden, hiddenStride);
        for (var expert = 0; expert < experts; expert++)
        {
            var (first, count) = routes.Of(expert);
            if (count > 0)
            {
                pass.Project(downs[expert], count, hidden + (first * hiddenStride), hiddenStride, x + (first * stride), stride);
            }
        }

        var size = (nint)pass.Rows * pass.Stride;
        new ReadOnlySpan<float>(residual, (int)size).CopyTo(new Span<float>(output, (int)size));
        Sum(pass.Kernels, routes, pass.Length, x, output, pass.Stride);
    }

    public override void Backward(SequencePass pass, LayerState state, float* normed, float* dOutput, float* dNormed)
    {
        var saved = (State)state;
        var routes = saved.Routes;
        var slots = (nint)pass.Length * active;
        var d = pass.Scratch;
        var x = d + (slots * stride);
        var hidden = x + (slots * stride);
        var dots = hidden + (slots * hiddenStride);
        var dLogits = dots + slots;

        // Rows' gradients as if their weights were 1; the weights come in with the activation's backward.
        Gather(routes, dOutput, pass.Stride, d);
        Gather(routes, normed, pass.Stride, x);
        for (var expert = 0; expert < experts; expert++)
        {
            var (first, count) = routes.Of(expert);
            if (count > 0)
            {
                pass.ProjectBackward(downs[expert], count, d + (first * stride), stride, hidden + (first * hiddenStride), hiddenStride);
            }
        }

        pass.Kernels.WeightedSwiGluBackward(
            routes.Starts[experts], width, saved.GateUp, gateUpStride, hidden, hiddenStride, routes.Weights, dots);
        for (var expert = 0; expert < experts; expert++)
        {
            var (first, count) = routes.Of(expert);
            if (count == 0)
            {
                continue;
            }

            var own = first * stride;
            var dGateUp = saved.GateUp + (first * gateUpStride);
            pass.AccumulateWeight(downs[expert], count, hidden + (first * hiddenStride), hiddenStride, d + own, stride);
            pass.AccumulateWeight(gateUps[expert], count, x + own, stride, dGateUp, gateUpStride);
            pass.ProjectBackward(gateUps[expert], count, dGateUp, gateUpStride, d + own, stride);
        }

        RouterBackward(pass, saved, dots, dLogits);
        pass.AccumulateWeight(router, normed, pass.Stride, dLogits, routerStride);
        pass.ProjectBackward(router, pass.Rows, dLogits, routerStride, dNormed, pass.Stride);
        for (nint at = 0; at < slots; at++)
        {
            var target = dNormed + (at / active * pass.Stride);
            pass.Kernels.Add(target, d + ((nint)routes.RowOf[at] * stride), Padding.ToGranule(dim));
        }
    }

    public override LayerCache CreateCache(AlignedArena arena, int maximumLength, int sequences) => LayerCache.None;

    public override long DecodeScratchFloats(int rows, int threads) =>
        ((long)rows * routerStride) + ((long)rows * active * (stride + gateUpStride + hiddenStride))
        + ExpertRows.Floats(experts, active, rows);

    public override void Decode(DecodePass pass, LayerCache cache, float* normed, float* residual)
    {
        var slots = (nint)pass.Rows * active;
        var probabilities = pass.Scratch;
        var x = probabilities + ((nint)pass.Rows * routerStride);
        var gateUp = x + (slots * stride);
        var hidden = gateUp + (slots * gateUpStride);
        var routes = new ExpertRows(experts, active, hidden + (slots * hiddenStride), pass.Rows);
        pass.Project(router, normed, pass.Stride, probabilities, routerStride);
        routes.Route(pass.Kernels, pass.Rows, probabilities, routerStride);
        Gather(routes, normed, pass.Stride, x);
        for (var expert = 0; expert < experts; expert++)
        {
            var (first, count) = routes.Of(expert);
            if (count > 0)
            {
                pass.Project(gateUps[expert], count, x + (first * stride), stride, gateUp + (first * gateUpStride), gateUpStride);
            }
        }

        pass.Kernels.SwiGlu((int)slots, width, gateUp, gateUpStride, hidden, hiddenStride);
        for (var expert = 0; expert < experts; expert++)
        {
            var (first, count) = routes.Of(expert);
            if (count > 0)
            {
                pass.Project(downs[expert], count, hidden + (first * hiddenStride), hiddenStride, x + (first * stride), stride);
            }
        }

        Sum(pass.Kernels, routes, pass.Rows, x, residual, pass.Stride);
    }

    /// <summary>Of the chosen experts' logits through their weights, and of all logits through the imbalance.</summary>
    private void RouterBackward(SequencePass pass, State saved, float* dots, float* dLogits)
    {
        // With a_e the slope of the imbalance by p_e, every logit gets p_e · (a_e − Σ p · a).
        var routes = saved.Routes;
        var slopes = dLogits + ((nint)pass.Rows * routerStride);
        new Span<float>(dLogits, pass.Rows * routerStride).Clear();
        for (var expert = 0; expert < experts; expert++)
        {
            var share = (float)routes.Of(expert).Count / (active * pass.Length);
            slopes[expert] = pass.SequenceShare * balanceFactor * experts * share / pass.Length;
        }

        for (var t = 0; t < pass.Length; t++)
        {
            var p = saved.Probabilities + ((nint)t * routerStride);
            var d = dLogits + ((nint)t * routerStride);
            var pull = 0f;
            for (var expert = 0; expert < experts; expert++)
            {
                pull += p[expert] * slopes[expert];
            }

            for (var expert = 0; expert < experts; expert++)
            {
                d[expert] = p[expert] * (slopes[expert] - pull);
            }

            var rows = routes.RowOf + ((nint)t * active);
            var mean = 0f;
            for (var i = 0; i < active; i++)
            {
                mean += routes.Weights[rows[i]] * dots[rows[i]];
            }

            for (var i = 0; i < active; i++)
            {
                d[routes.ExpertOf[((nint)t * active) + i]] += routes.Weights[rows[i]] * (dots[rows[i]] - mean);
            }
        }
    }

    private void Gather(ExpertRows routes, float* source, nint sourceStride, float* target)
    {
        var columns = Padding.ToGranule(dim);
        for (nint row = 0; row < routes.Starts[experts]; row++)
        {
            new ReadOnlySpan<float>(source + (routes.TokenOf[row] * sourceStride), columns)
                .CopyTo(new Span<float>(target + (row * stride), columns));
        }
    }

    // target[t] += Σ weight · y, over the token's rows.
    private void Sum(TierKernels kernels, ExpertRows routes, int tokens, float* y, float* target, nint targetStride)
    {
        for (nint at = 0; at < (nint)tokens * active; at++)
        {
            var row = routes.RowOf[at];
            kernels.AddScaled(
                target + (at / active * targetStride), y + (row * (nint)stride), Padding.ToGranule(dim), routes.Weights[row]);
        }
    }

    private sealed class State : LayerState
    {
        /// <summary>[tokens, experts].</summary>
        public required float* Probabilities { get; init; }

        /// <summary>[rows, gate|up].</summary>
        public required float* GateUp { get; init; }

        public required ExpertRows Routes { get; init; }
    }
}
