using System.Globalization;
using System.Runtime.Intrinsics.X86;
using Composer.Core;
using Composer.Training.Hardware;
using Composer.Training.Models;
using Composer.Training.Ranks;
using Composer.Training.Torch.Native;
using Composer.Training.Torch.Threading;
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
    private readonly TorchDevice device;
    private readonly TorchPrecision? precision;
    private readonly long? activationBytes;

    /// <summary>On the GPU where this process was given one (CUDA_VISIBLE_DEVICES), else on the CPU.</summary>
    public TorchEngine()
        : this(NvidiaDriver.First is null ? TorchDevice.Cpu : TorchDevice.Cuda)
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

    /// <summary>Bytes that one micro-batch's activations may take, as estimated; <see cref="ActivationBudget"/> unless set.</summary>
    public long ActivationBytes
    {
        get => activationBytes ?? (device == TorchDevice.Cuda ? ActivationBudget.OnGpu : ActivationBudget.OnCpu);
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
            var place = device == TorchDevice.Cpu ? $"cpu/{Processor}" : $"cuda/{PolicyOf(RequireGpu())}";
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
            return $"{ProcessorMaker.Name}-{set}";
        }
    }

    /// <summary>A model on the engine's device.</summary>
    /// <exception cref="ArgumentException">The configuration cannot be built.</exception>
    /// <exception cref="NotSupportedException">The engine has no primitive for one of the symbols.</exception>
    /// <exception cref="EngineUnavailableException">The machine lacks what the engine needs.</exception>
    public ITrainableModel Create(ModelConfiguration configuration, Seed initialization, int threads) =>
        Create(configuration, initialization, threads, GradientSplit.Whole);

    /// <inheritdoc cref="Create(ModelConfiguration, Seed, int)"/>
    public ITrainableModel Create(ModelConfiguration configuration, Seed initialization, int threads, GradientSplit split)
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
        return new TorchModel(configuration, initialization, device, Precision, ActivationBytes, TokensAtOnce, threads, split);
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

    /// <summary>Such as <c>sm90-nvidia-h100-80gb-hbm3</c>.</summary>
    private static string PolicyOf(Gpu gpu)
    {
        var name = new string([.. gpu.Name.ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-')]);
        return string.Create(CultureInfo.InvariantCulture, $"sm{gpu.Major}{gpu.Minor}-{name}");
    }

    private static Gpu RequireGpu()
    {
        var found = NvidiaDriver.First;
        if (found is { HasBf16: true })
        {
            return found;
        }

        var what = found is null ? "no GPU is visible here" : $"{found.Name} has {found.Major}.{found.Minor}";
        throw new EngineUnavailableException(
            $"The torch engine needs an NVIDIA GPU of compute capability {Gpu.LeastForBf16}.0 or newer; {what}."
            + " Run on a machine with one, hide it with CUDA_VISIBLE_DEVICES= to train on the CPU, or set engine = \"cpu\".");
    }
}
