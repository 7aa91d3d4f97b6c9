using Composer.Core;
using Composer.Training.Hardware;
using Composer.Training.Models;
using Composer.Training.Reference;
using Composer.Training.Torch.Native;

namespace Composer.Training.Torch.Tests;

public class TorchEngineTests
{
    [Fact]
    public void Where_libtorch_cannot_be_loaded_the_engine_refuses_with_one_sentence()
    {
        var engine = new TorchEngine(TorchDevice.Cpu);
        if (TorchPlatform.Missing is not { } missing)
        {
            Assert.StartsWith("torch/cpu/", engine.HardwarePolicy, StringComparison.Ordinal);
            return;
        }

        Assert.StartsWith("The torch engine ", missing, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', missing);
        Assert.Equal(missing, Assert.Throws<EngineUnavailableException>(() => engine.HardwarePolicy).Message);
        var configuration = TinyModels.Configuration("A", 4, 2, 1, 2, 3, 4);
        Assert.Equal(missing, Assert.Throws<EngineUnavailableException>(() => engine.Create(configuration, new Seed(1), 1)).Message);
    }

    [TorchFact]
    public void The_engine_takes_the_GPU_where_there_is_one_and_else_the_CPU() => Assert.StartsWith(
        NvidiaDriver.First is null ? "torch/cpu/" : "torch/cuda/sm", new TorchEngine().HardwarePolicy, StringComparison.Ordinal);

    [TorchFact]
    public void A_GPU_that_is_asked_for_and_not_there_is_refused()
    {
        if (NvidiaDriver.First is not null)
        {
            return;
        }

        var engine = new TorchEngine(TorchDevice.Cuda);
        Assert.Contains(
            "no GPU is visible here",
            Assert.Throws<EngineUnavailableException>(() => engine.HardwarePolicy).Message,
            StringComparison.Ordinal);
        Assert.Throws<EngineUnavailableException>(() => engine.Create(TinyModels.Configuration("A", 4, 2, 1, 2, 3, 4), new Seed(1), 1));
    }

    [TorchFact]
    public void What_changes_bits_is_in_the_hardware_policy()
    {
        string[] policies =
        [
            new TorchEngine(TorchDevice.Cpu).HardwarePolicy,
            new TorchEngine(TorchDevice.Cpu) { Precision = TorchPrecision.Bf16 }.HardwarePolicy,
            new TorchEngine(TorchDevice.Cpu) { ActivationBytes = 1L << 20 }.HardwarePolicy,
        ];
        Assert.Equal(policies.Distinct(), policies);
        Assert.Contains("/fp32/", policies[0], StringComparison.Ordinal);
        Assert.Contains("/bf16/", policies[1], StringComparison.Ordinal);
    }

    [TorchFact]
    public void Configuration_that_cannot_be_built_is_refused()
    {
        var engine = new TorchEngine(TorchDevice.Cpu);
        Assert.Throws<ArgumentException>(() => engine.Create(TinyModels.Configuration("A", 10, 3, 1, 8, 5, 4), new Seed(1), 1));
        Assert.Throws<NotSupportedException>(() => engine.Create(TinyModels.Configuration("AZ", 12, 3, 1, 8, 5, 4), new Seed(1), 1));
    }
}
