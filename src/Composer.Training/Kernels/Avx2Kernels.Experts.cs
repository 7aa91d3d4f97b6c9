using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Composer.Training.Kernels;

/// <content>What a mixture of experts does with the rows of its experts.</content>
internal unsafe partial class Avx2Kernels
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization), CompiledWhenCalled]
    public override void AddScaled(float* destination, float* source, nint count, float factor)
    {
        var scale = Vector256.Create(factor);
        for (nint i = 0; i < count; i += Lanes)
        {
            Vector256.Store(Vector256.FusedMultiplyAdd(scale, Vector256.Load(source + i), Vector256.Load(destination + i)), destination + i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization), CompiledWhenCalled]
    public override void WeightedSwiGluBackward(
        int rows, int width, float* gateUp, nint ldg, float* dh, nint ldh, float* weights, float* dots)
    {
        for (var t = 0; t < rows; t++, gateUp += ldg, dh += ldh)
        {
            var weight = Vector256.Create(weights[t]);
            var dot = Vector256<float>.Zero;
            for (nint f = 0; f < width; f += Lanes)
            {
                var gate = Vector256.Load(gateUp + f);
                var up = Vector256.Load(gateUp + width + f);
                var d = Vector256.Load(dh + f);
                var sigmoid = Sigmoid(gate);
                var silu = gate * sigmoid;
                var h = silu * up;
                dot = Vector256.FusedMultiplyAdd(d, h, dot);
                d *= weight;
                Vector256.Store(d * silu, gateUp + width + f);
                Vector256.Store(d * up * Vector256.FusedMultiplyAdd(silu, Vector256<float>.One - sigmoid, sigmoid), gateUp + f);
                Vector256.Store(h * weight, dh + f);
            }

            dots[t] = Vector256.Sum(dot);
        }
    }
}
