using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Composer.Training.Kernels;

/// <content>What a mixture of experts does with the rows of its experts.</content>
internal sealed unsafe partial class Avx512Kernels
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization), CompiledWhenCalled]
    public override void AddScaled(float* destination, float* source, nint count, float factor)
    {
        var scale = Vector512.Create(factor);
        for (nint i = 0; i < count; i += Lanes)
        {
            Vector512.Store(Vector512.FusedMultiplyAdd(scale, Vector512.Load(source + i), Vector512.Load(destination + i)), destination + i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization), CompiledWhenCalled]
    public override void WeightedSwiGluBackward(
        int rows, int width, float* gateUp, nint ldg, float* dh, nint ldh, float* weights, float* dots)
    {
        for (var t = 0; t < rows; t++, gateUp += ldg, dh += ldh)
        {
            var weight = Vector512.Create(weights[t]);
            var dot = Vector512<float>.Zero;
            for (nint f = 0; f < width; f += Lanes)
            {
                var gate = Vector512.Load(gateUp + f);
                var up = Vector512.Load(gateUp + width + f);
                var d = Vector512.Load(dh + f);
                var sigmoid = Sigmoid(gate);
                var silu = gate * sigmoid;
                var h = silu * up;
                dot = Vector512.FusedMultiplyAdd(d, h, dot);
                d *= weight;
                Vector512.Store(d * silu, gateUp + width + f);
                Vector512.Store(d * up * Vector512.FusedMultiplyAdd(silu, Vector512<float>.One - sigmoid, sigmoid), gateUp + f);
                Vector512.Store(h * weight, dh + f);
            }

            dots[t] = Vector512.Sum(dot);
        }
    }
}
