using System.Runtime.InteropServices;
using Composer.Training.Models;

namespace Composer.Training.Torch.Native;

/// <summary>Makes libtorch refuse algorithms whose result depends on timing, or on what ran before.</summary>
/// <remarks>
/// TorchSharp declares <c>use_deterministic_algorithms</c> and throws NotImplementedException, so libtorch's own
/// functions are called under their mangled names (Itanium ABI, `this` first). TorchScript's profiling executor runs a
/// function twice as written and then as it has specialised and fused it, which on a GPU rounds otherwise: a resumed
/// training would not repeat an uninterrupted one bit for bit. So it is off, and scripts run as they are written.
/// </remarks>
internal static unsafe partial class DeterministicAlgorithms
{
    private const string Library = "libtorch_cpu.so";

    /// <summary>To be called before the first CUDA operation, after libtorch is loaded.</summary>
    /// <exception cref="EngineUnavailableException">This libtorch cannot be made deterministic.</exception>
    public static void Enable()
    {
        try
        {
            // cuBLAS reads it when its first handle is made. .NET's own environment does not reach getenv.
            SetNativeVariable("CUBLAS_WORKSPACE_CONFIG", ":4096:8", overwrite: 1);
            var context = GlobalContext();
            SetDeterministicAlgorithms(context, enabled: 1, warnOnly: 0);
            SetBenchmarkCuDnn(context, enabled: 0);

            // Else every new tensor is filled with NaN first: a pass over memory for each operation.
            SetFillUninitializedMemory(context, enabled: 0);

            // std::atomic<bool>&
            Volatile.Write(ref *ProfilingMode(), 0);
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            throw new EngineUnavailableException("The torch engine cannot switch this libtorch to deterministic algorithms.", e);
        }
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetNativeVariable(string name, string value, int overwrite);

    [LibraryImport(Library, EntryPoint = "_ZN2at13globalContextEv")]
    private static partial nint GlobalContext();

    [LibraryImport(Library, EntryPoint = "_ZN2at7Context26setDeterministicAlgorithmsEbb")]
    private static partial void SetDeterministicAlgorithms(nint context, byte enabled, byte warnOnly);

    [LibraryImport(Library, EntryPoint = "_ZN2at7Context39setDeterministicFillUninitializedMemoryEb")]
    private static partial void SetFillUninitializedMemory(nint context, byte enabled);

    [LibraryImport(Library, EntryPoint = "_ZN2at7Context17setBenchmarkCuDNNEb")]
    private static partial void SetBenchmarkCuDnn(nint context, byte enabled);

    [LibraryImport(Library, EntryPoint = "_ZN5torch3jit16getProfilingModeEv")]
    private static partial byte* ProfilingMode();
}
