using System.Globalization;
using Composer.Core;
using Composer.Training.Models;
using Composer.Training.Torch.Cuda;
using TorchSharp;

namespace Composer.Training.Torch;

/// <summary>The GPU engine, on TorchSharp: one GPU a process.</summary>
/// <remarks>
/// Parameters are drawn on the host, so every engine starts from the same numbers. How a batch is split to
/// fit the memory is a function of the configuration and <see cref="ActivationBytes"/> alone, never of what
/// happens to be free: the split decides the order of sums, so it is part of <see cref="HardwarePolicy"/>.
/// </remarks>
public sealed class TorchEngine : ITrainingEngine
{
    // bf16 products need Ampere.
    private const int LeastCapability = 8;

    private readonly TorchDevice device;

    /// <summary>On the first visible GPU.</summary>
    public TorchEngine()
        : this(TorchDevice.Cuda)
    {
    }

    public TorchEngine(TorchDevice device) => this.device = device;

    public string Name => "torch";

    /// <summary>Bytes that one micro-batch's activations may take, as estimated.</summary>
    public long ActivationBytes { get; init; } = 24L << 30;

    public string HardwarePolicy
    {
        get
        {
            var place = device == TorchDevice.Cpu ? "cpu/fp32" : $"cuda/{RequireGpu().Policy}/bf16";
            return string.Create(
                CultureInfo.InvariantCulture,
                $"torch/{place}/libtorch-{torch.__version__}/activations-{ActivationBytes >> 20}m");
        }
    }

    /// <summary>A model on the engine's device.</summary>
    /// <exception cref="EngineUnavailableException">There is no GPU that can do bf16.</exception>
    public ITrainableModel Create(ModelConfiguration configuration, Seed initialization, int threads)
    {
        if (configuration.Shape.Validate() is { Count: > 0 } mistakes)
        {
            throw new ArgumentException(string.Join(" ", mistakes), nameof(configuration));
        }

        if (device == TorchDevice.Cuda)
        {
            RequireGpu();
            if (!torch.cuda.is_available())
            {
                throw new EngineUnavailableException(
                    "The torch engine sees a GPU but its libtorch has no CUDA: TorchSharp-cuda-linux is needed, not TorchSharp-cpu.");
            }
        }
        else
        {
            torch.InitializeDeviceType(DeviceType.CPU);

            // libtorch's sums depend on its number of threads; results may not.
            torch.set_num_threads(1);
        }

        DeterministicAlgorithms.Enable();
        return new TorchModel(configuration, initialization, device, ActivationBytes);
    }

    private static CudaDevice RequireGpu()
    {
        var found = CudaDevice.First();
        if (found is not null && found.Major >= LeastCapability)
        {
            return found;
        }

        var what = found is null ? "no GPU is visible here" : $"{found.Name} has {found.Major}.{found.Minor}";
        throw new EngineUnavailableException(
            $"The torch engine needs an NVIDIA GPU of compute capability {LeastCapability}.0 or newer; {what}."
            + " Run on a machine with one, or set engine = \"cpu\".");
    }
}
