using Composer.Stages.Code;
using Composer.Pipeline.Jobs;
using Composer.Stages.Hardware;
using Composer.Store;
using Composer.Training.Hardware;

namespace Composer.Stages.Tests.Hardware;

public sealed class HardwarePolicyTests : IDisposable
{
    private static readonly Gpu H100 = new("NVIDIA H100 80GB HBM3", 9, 0, 80L << 30);

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void On_the_processor_it_says_precision_processor_and_libtorch()
    {
        using var store = StageStore.Open(folder["store"], TimeProvider.System);
        Assert.Matches(
            $@"^architecture: torch/cpu/fp32/\w+-(avx512|avx2|scalar), libtorch {CodeDigest.VersionOf("libtorch-cpu-linux-x64")}, \.NET 10$",
            HardwarePolicy.Torch(StageNeeds.None, KindNames.Pretrain, store));
    }

    [Fact]
    public void Of_a_cluster_it_says_the_processor_and_the_GPU_that_its_settings_name()
    {
        using var folder = new TemporaryFolder();
        using var store = StageStore.Open(folder["store"], TimeProvider.System);
        var there = StageNeeds.None with { Processor = "genuineintel-avx2", Capability = "8.0" };

        Assert.Equal("architecture: cpu/avx2, .NET 10", HardwarePolicy.Cpu(there));
        Assert.Contains("torch/cpu/fp32/genuineintel-avx2,", HardwarePolicy.Torch(there, KindNames.Pretrain, store), StringComparison.Ordinal);
        Assert.Contains(
            "torch/cuda/bf16/sm80,", HardwarePolicy.Torch(there with { Gpus = 1 }, KindNames.Pretrain, store), StringComparison.Ordinal);
        Assert.Equal(
            HardwarePolicy.Cpu(StageNeeds.None), HardwarePolicy.Cpu(StageNeeds.None with { Processor = HardwarePolicy.ThisProcessor }));
    }

    [Fact]
    public void On_a_GPU_it_says_the_compute_capability_and_nothing_of_the_model() => Assert.Equal(
        $"architecture: torch/cuda/bf16/sm90, TorchSharp-cuda {CodeDigest.VersionOf("TorchSharp-cuda-linux")}, .NET 10",
        HardwarePolicy.OfGpu(H100, () => throw new InvalidOperationException("Nobody asked.")));

    [Fact]
    public void A_machine_without_a_GPU_asks_for_what_another_one_computed()
    {
        var there = HardwarePolicy.OfGpu(H100, () => []);
        var onProcessor = "architecture: torch/cpu/fp32/x-avx2, libtorch 2.10.0, .NET 10";
        var withOldLibtorch = "architecture: torch/cuda/bf16/sm80, TorchSharp-cuda 0.1.0, .NET 10";

        Assert.Equal(there, HardwarePolicy.OfGpu(null, () => [onProcessor, withOldLibtorch, there]));
    }

    [Fact]
    public void A_machine_without_a_GPU_and_without_such_results_has_a_key_of_no_GPU() =>
        Assert.Matches(@"^architecture: torch/cuda/bf16, TorchSharp-cuda [\d.]+, \.NET 10$", HardwarePolicy.OfGpu(null, () => []));
}
