using Composer.Training.Models;
using Composer.Training.Parameters;

namespace Composer.Training.Layers.Heads;

/// <summary>
/// The decoder of MAD's compression task: for each output position the last hidden state plus a fixed
/// sine/cosine code, through norm → Linear(dim) → GELU, twice, then norm → Linear(vocabulary).
/// </summary>
internal sealed unsafe class CompressionHead : OutputHead
{
    private const int Stages = 2;
    private readonly RmsNorm[] norms = new RmsNorm[Stages + 1];
    private readonly PackedMatrix[] linears = new PackedMatrix[Stages];
    private readonly PackedMatrix output;
    private readonly int dim;
    private readonly int stride;

    public CompressionHead(ModelConfiguration configuration, ParameterPlan plan)
    {
        dim = configuration.Shape.Dim;
        stride = Padding.ToStride(dim);
        for (var stage = 0; stage < Stages; stage++)
        {
            norms[stage] = new RmsNorm(plan.AddVector($"decoder.{stage}.norm", dim), dim, configuration.NormEpsilon);
            linears[stage] = plan.AddProjection($"decoder.{stage}.linear", dim, dim);
        }

        norms[Stages] = new RmsNorm(plan.AddVector("decoder.norm", dim), dim, configuration.NormEpsilon);
        output = plan.AddProjection("decoder.output", dim, configuration.Vocabulary);
    }

    public override LayerState CreateState(AlignedArena arena, int rows)
    {
        var state = new State { Codes = arena.Allocate((long)rows * stride), Gradient = arena.Allocate((long)rows * stride) };
        for (var stage = 0; stage <= Stages; stage++)
        {
            state.Inputs[stage] = arena.Allocate((long)rows * stride);
            state.Normed[stage] = arena.Allocate((long)rows * stride);
            state.Linear[stage] = arena.Allocate((long)rows * stride);
        }

        FillCodes(state.Codes, rows);
        return state;
    }

    public override float* Forward(SequencePass pass, LayerState state, float* hidden)
    {
        var saved = (State)state;
        var last = hidden + ((nint)(pass.Length - 1) * stride);
        var size = (nint)pass.Rows * stride;
        new Span<float>(saved.Codes, (int)size).CopyTo(new Span<float>(saved.Inputs[0], (int)size));
        for (var t = 0; t < pass.Length; t++)
        {
            pass.Kernels.Add(saved.Inputs[0] + ((nint)t * stride), last, Padding.ToGranule(dim));
        }

        for (var stage = 0; stage < Stages; stage++)
        {
            norms[stage].Forward(pass, saved.Inputs[stage], saved.Normed[stage]);
            pass.Project(linears[stage], pass.Rows, saved.Normed[stage], stride, saved.Linear[stage], stride);
            pass.Kernels.Gelu(saved.Linear[stage], saved.Inputs[stage + 1], size);
        }

        norms[Stages].Forward(pass, saved.Inputs[Stages], saved.Normed[Stages]);
        return saved.Normed[Stages];
    }

    public override void Project(SequencePass pass, int rows, float* features, float* logits, nint ldl) =>
        pass.Project(output, rows, features, stride, logits, ldl);

    public override void ProjectBackward(
        SequencePass pass, int tokens, int rows, float* features, float* dLogits, nint ldl, float* dFeatures)
    {
        pass.AccumulateWeight(output, tokens, features, stride, dLogits, ldl);
        pass.ProjectBackward(output, rows, dLogits, ldl, dFeatures, stride);
    }

    public override void Backward(SequencePass pass, LayerState state, float* gradient)
    {
        var saved = (State)state;
        var size = (nint)pass.Rows * stride;
        var dNormed = gradient;
        new Span<float>(saved.Gradient, (int)size).Clear();
        norms[Stages].Backward(pass, saved.Inputs[Stages], dNormed, saved.Gradient);
        for (var stage = Stages - 1; stage >= 0; stage--)
        {
            pass.Kernels.GeluBackward(saved.Linear[stage], saved.Gradient, size);
            pass.AccumulateWeight(linears[stage], saved.Normed[stage], stride, saved.Gradient, stride);
            pass.ProjectBackward(linears[stage], pass.Rows, saved.Gradient, stride, dNormed, stride);
            new Span<float>(saved.Gradient, (int)size).Clear();
            norms[stage].Backward(pass, saved.Inputs[stage], dNormed, saved.Gradient);
        }

        // Every output position read the last hidden state.
        new Span<float>(gradient, (int)size).Clear();
        var dLast = gradient + ((nint)(pass.Length - 1) * stride);
        for (var t = 0; t < pass.Length; t++)
        {
            pass.Kernels.Add(dLast, saved.Gradient + ((nint)t * stride), Padding.ToGranule(dim));
        }
    }

    /// <summary>[sin | cos] of position · 10000^(−i / (dim/2 − 1)), i &lt; dim / 2.</summary>
    private void FillCodes(float* codes, int rows)
    {
        var half = dim / 2;
        for (var i = 0; i < half; i++)
        {
            var frequency = Math.Pow(10_000, -(double)i / Math.Max(half - 1, 1));
            for (var t = 0; t < rows; t++)
            {
                var (sine, cosine) = Math.SinCos(t * frequency);
                codes[((nint)t * stride) + i] = (float)sine;
                codes[((nint)t * stride) + half + i] = (float)cosine;
            }
        }
    }

    private sealed class State : LayerState
    {
        public required float* Codes { get; init; }

        public required float* Gradient { get; init; }

        /// <summary>What each norm reads.</summary>
        public float*[] Inputs { get; } = new float*[Stages + 1];

        /// <summary>What each norm yields.</summary>
        public float*[] Normed { get; } = new float*[Stages + 1];

        /// <summary>What each GELU reads.</summary>
        public float*[] Linear { get; } = new float*[Stages + 1];
    }
}
