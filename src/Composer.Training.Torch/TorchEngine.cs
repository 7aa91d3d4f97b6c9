using System.Globalization;
using System.Runtime.Intrinsics.X86;
using System.Text;
using Composer.Core;
using Composer.Training.Models;
using Composer.Training.Torch.Cuda;
using Composer.Training.Torch.Native;
using Composer.Training.Torch.Network;
using TorchSharp;

namespace Composer.Training.Torch;

/// <summary>The engine on TorchSharp: one GPU a process, or libtorch's CPU kernels.</summary>
/// <remarks>
/// Parameters are drawn on the host, so every engine starts from the same numbers. How a batch is split, and which
/// layers are recomputed, is a function of the configuration and <see cref="ActivationBytes"/> alone, never of what
/// happens to be free: the split decides the order of sums, so it is part of <see cref="HardwarePolicy"/>.
/// </remarks>
public sealed class TorchEngine : ITrainingEngine
{
    // bf16 products need Ampere.
    private const int LeastCapability = 8;

    private readonly TorchDevice device;
    private readonly TorchPrecision? precision;
    private readonly long? activationBytes;

    /// <summary>On the GPU where this process was given one (CUDA_VISIBLE_DEVICES), else on the CPU.</summary>
    public TorchEngine()
        : this(CudaDevice.First() is null ? TorchDevice.Cpu : TorchDevice.Cuda)
    {
    }

    public TorchEngine(TorchDevice device) => this.device = device;

    public string Name => "torch";

    /// <summary>bf16 on a GPU and fp32 on a CPU, unless set.</summary>
    public TorchPrecision Precision
    {
        get => precision ?? (device == TorchDevice.Cuda ? TorchPrecision.Bf16 : TorchPrecision.Fp32);
        init => precision = value;
    }

    /// <summary>Bytes that one micro-batch's activations may take, as estimated: 12 GiB on a GPU, 4 GiB on a CPU, unless set.</summary>
    /// <remarks>12: beside the 63 GB of state that 3B has, a card of 80 GB holds them, and one of 40 GB those of 1B.</remarks>
    public long ActivationBytes
    {
        get => activationBytes ?? (device == TorchDevice.Cuda ? 12L << 30 : 4L << 30);
        init => activationBytes = value;
    }

    /// <summary>On a CPU, tokens of a part of a batch; see <see cref="CpuWorkers"/>.</summary>
    internal int TokensAtOnce { get; init; } = CpuWorkers.TokensAtOnce;

    /// <exception cref="EngineUnavailableException">The machine lacks what the engine needs.</exception>
    public string HardwarePolicy
    {
        get
        {
            TorchPlatform.Require();
            var place = device == TorchDevice.Cpu ? $"cpu/{Processor}" : $"cuda/{RequireGpu().Policy}";
            var type = Precision == TorchPrecision.Bf16 ? "bf16" : "fp32";
            return string.Create(
                CultureInfo.InvariantCulture,
                $"torch/{place}/{type}/libtorch-{torch.__version__}/activations-{ActivationBytes >> 20}m");
        }
    }

    /// <summary>libtorch and its BLAS choose kernels by maker and instruction set.</summary>
    private static string Processor
    {
        get
        {
            var set = Avx512F.IsSupported ? "avx512" : Avx2.IsSupported ? "avx2" : "sse";
            var (_, b, c, d) = X86Base.CpuId(0, 0);
            Span<byte> maker = stackalloc byte[12];
            BitConverter.TryWriteBytes(maker, b);
            BitConverter.TryWriteBytes(maker[4..], d);
            BitConverter.TryWriteBytes(maker[8..], c);
            return $"{Encoding.ASCII.GetString(maker).ToLowerInvariant()}-{set}";
        }
    }

    /// <summary>A model on the engine's device.</summary>
    /// <exception cref="ArgumentException">The configuration cannot be built.</exception>
    /// <exception cref="NotSupportedException">The engine has no primitive for one of the symbols.</exception>
    /// <exception cref="EngineUnavailableException">The machine lacks what the engine needs.</exception>
    public ITrainableModel Create(ModelConfiguration configuration, Seed initialization, int threads)
    {
        Validate(configuration);
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        TorchPlatform.Require();
        if (device == TorchDevice.Cuda)
        {
            RequireGpu();
            if (!torch.cuda.is_available())
            {
                throw new EngineUnavailableException(
                    "The torch engine sees a GPU but was built with TorchRuntime=cpu: build src/Composer.Training.Torch with"
                    + " -p:TorchRuntime=cuda, or hide the GPU with CUDA_VISIBLE_DEVICES= to train on the CPU.");
            }

            torch.InitializeDeviceType(DeviceType.CUDA);
        }
        else
        {
            torch.InitializeDeviceType(DeviceType.CPU);
        }

        DeterministicAlgorithms.Enable();
        return new TorchModel(configuration, initialization, device, Precision, ActivationBytes, TokensAtOnce, threads);
    }

    private static void Validate(ModelConfiguration configuration)
    {
        if (configuration.Shape.Validate() is { Count: > 0 } mistakes)
        {
            throw new ArgumentException(string.Join(" ", mistakes), nameof(configuration));
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(configuration.Vocabulary, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(configuration.MaximumLength, 1);
        if (!Enum.IsDefined(configuration.Head))
        {
            throw new ArgumentException($"Unknown head {configuration.Head}.", nameof(configuration));
        }
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
            + " Run on a machine with one, hide it with CUDA_VISIBLE_DEVICES= to train on the CPU, or set engine = \"cpu\".");
    }
}
