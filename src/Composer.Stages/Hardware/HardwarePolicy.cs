using System.Globalization;
using Composer.Core.Code;
using Composer.Pipeline.Jobs;
using Composer.Pipeline.Keys;
using Composer.Stages.Code;
using Composer.Store;
using Composer.Training.Cpu;
using Composer.Training.Engines;
using Composer.Training.Hardware;

namespace Composer.Stages.Hardware;

/// <summary>
/// What of the hardware enters a key. Policy <c>architecture</c>: machines of one instruction-set tier, or GPUs of
/// one compute capability, compute the same bits; the runtime's major version is in it, since its mathematics may
/// change. Known before an engine is loaded, or even built.
/// </summary>
[CodeBoundary]
public static class HardwarePolicy
{
    private const int RecordsLookedAt = 200;
    private const string OnGpu = "architecture: torch/cuda/bf16";

    private static readonly CpuEngine Engine = new();

    /// <summary>Of what no processor rounds: the runtime alone, whose classes of characters may change.</summary>
    public static string Runtime { get; } = string.Create(CultureInfo.InvariantCulture, $".NET {Environment.Version.Major}");

    /// <summary>Of this machine, as settings of a cluster name a processor: <c>authenticamd-avx512</c>.</summary>
    public static string ThisProcessor => $"{ProcessorMaker.Name}-{Engine.InstructionSet}";

    /// <summary>Of the CPU engine.</summary>
    public static string Cpu(StageNeeds needs) =>
        Text($"architecture: {EngineRegistry.Cpu}/{Processor(needs)[(Processor(needs).LastIndexOf('-') + 1)..]}");

    /// <summary>Of an engine.</summary>
    /// <param name="engine">Its name.</param>
    /// <param name="needs">What the stage is given, and what is known of the machine.</param>
    /// <param name="kind">The stage's.</param>
    /// <param name="store">Where results of other machines may be.</param>
    public static string Of(string engine, StageNeeds needs, string kind, StageStore store) =>
        engine == EngineRegistry.Cpu ? Cpu(needs) : Torch(needs, kind, store);

    /// <summary>Of the engine on TorchSharp: where it computes, in what precision, with which libtorch.</summary>
    /// <param name="needs">What the stage is given; without GPUs it computes on the processor.</param>
    /// <param name="kind">The stage's.</param>
    /// <param name="store">Where results of other machines may be.</param>
    public static string Torch(StageNeeds needs, string kind, StageStore store) => needs.Gpus == 0
        ? Text($"architecture: torch/cpu/fp32/{Processor(needs)}, libtorch {CodeDigest.VersionOf("libtorch-cpu-linux-x64")}")
        : needs.Capability.Length > 0
        ? OfCapability(needs.Capability.Replace(".", "", StringComparison.Ordinal))
        : OfGpu(NvidiaDriver.First, () => store.NewestOfKind(kind, RecordsLookedAt)
            .SelectMany(r => r.Preimage.Where(f => f.Path == Preimage.Hardware).Select(f => f.Value)));

    /// <summary>
    /// A machine without a GPU computes none of this, but plans it: it asks for the newest result that some GPU
    /// computed, so that what was imported is found.
    /// </summary>
    /// <param name="gpu">The GPU, or null.</param>
    /// <param name="known">What results of this kind were computed on, newest first.</param>
    internal static string OfGpu(Gpu? gpu, Func<IEnumerable<string>> known)
    {
        return gpu is not null
            ? OfCapability(string.Create(CultureInfo.InvariantCulture, $"{gpu.Major}{gpu.Minor}"))
            : known().FirstOrDefault(v => v.StartsWith(OnGpu, StringComparison.Ordinal) && v.Contains(CudaPackage, StringComparison.Ordinal))
                ?? Text($"{OnGpu}{CudaPackage}");
    }

    private static string CudaPackage => $", TorchSharp-cuda {CodeDigest.VersionOf("TorchSharp-cuda-linux")}";

    private static string OfCapability(string digits) => Text($"{OnGpu}/sm{digits}{CudaPackage}");

    /// <summary>The processor's maker and instruction set: by both, libtorch and its BLAS choose kernels.</summary>
    private static string Processor(StageNeeds needs) => needs.Processor.Length > 0 ? needs.Processor : ThisProcessor;

    private static string Text(FormattableString hardware) =>
        string.Create(CultureInfo.InvariantCulture, $"{hardware.ToString(CultureInfo.InvariantCulture)}, .NET {Environment.Version.Major}");
}
