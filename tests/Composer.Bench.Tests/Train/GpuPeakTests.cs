using Composer.Bench.Train;

namespace Composer.Bench.Tests.Train;

public class GpuPeakTests
{
    [Theory]
    [InlineData("torch/cuda/sm90-nvidia-h100-80gb-hbm3/bf16/libtorch-2.10.0.0/activations-24576m", 989e12)]
    [InlineData("torch/cuda/sm90-nvidia-h100-pcie/bf16/x", 756e12)]
    [InlineData("torch/cuda/sm80-nvidia-a100-sxm4-80gb/bf16/x", 312e12)]
    [InlineData("torch/cuda/sm89-nvidia-l4/bf16/x", 121e12)]
    [InlineData("torch/cuda/sm89-nvidia-l40s/bf16/x", 362e12)]
    [InlineData("torch/cuda/sm80-nvidia-a10/bf16/x", 125e12)]
    [InlineData("torch/cuda/sm80-nvidia-a1000/bf16/x", null)]
    [InlineData("torch/cuda/sm90-nvidia-h100-80gb-hbm3/fp32/x", null)]
    [InlineData("torch/cpu/genuineintel-avx512/bf16/x", null)]
    [InlineData("cpu/avx512", null)]
    public void A_card_is_known_by_its_name_and_only_in_bf16(string policy, double? flops) =>
        Assert.Equal(flops, GpuPeak.Of(policy));
}
