using System.Runtime.InteropServices;
using System.Text;

namespace Composer.Training.Hardware;

/// <summary>The NVIDIA driver, asked through its own library: no CUDA toolkit and no libtorch is needed for that.</summary>
/// <remarks>
/// Thread-safe. Initialising the driver takes some tenths of a second, so it is asked once and only when somebody wants to know.
/// </remarks>
public static partial class NvidiaDriver
{
    private const string Library = "libcuda.so.1";
    private const int CapabilityMajor = 75;
    private const int CapabilityMinor = 76;

    private static readonly Lazy<Gpu?> FirstVisible = new(() => Ask(Describe));
    private static readonly Lazy<int> Visible = new(() => Ask(() => GetCount(out var count) == 0 ? count : 0));

    /// <summary>The first GPU that CUDA_VISIBLE_DEVICES leaves visible; null without a driver or a GPU.</summary>
    public static Gpu? First => FirstVisible.Value;

    /// <summary>How many CUDA_VISIBLE_DEVICES leaves visible.</summary>
    public static int Count => Visible.Value;

    private static T? Ask<T>(Func<T?> question)
    {
        try
        {
            return Initialize(0) == 0 ? question() : default;
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            return default;
        }
    }

    private static Gpu? Describe()
    {
        var name = new byte[256];
        return GetCount(out var count) == 0 && count > 0 && Get(out var device, 0) == 0
            && GetName(name, name.Length, device) == 0
            && GetAttribute(out var major, CapabilityMajor, device) == 0
            && GetAttribute(out var minor, CapabilityMinor, device) == 0
            && GetMemory(out var memory, device) == 0
            ? new Gpu(Encoding.UTF8.GetString(name.AsSpan(0, Array.IndexOf(name, (byte)0))), major, minor, (long)memory)
            : null;
    }

    [LibraryImport(Library, EntryPoint = "cuInit")]
    private static partial int Initialize(uint flags);

    [LibraryImport(Library, EntryPoint = "cuDeviceGetCount")]
    private static partial int GetCount(out int count);

    [LibraryImport(Library, EntryPoint = "cuDeviceGet")]
    private static partial int Get(out int device, int ordinal);

    [LibraryImport(Library, EntryPoint = "cuDeviceGetName")]
    private static partial int GetName([Out] byte[] name, int length, int device);

    [LibraryImport(Library, EntryPoint = "cuDeviceGetAttribute")]
    private static partial int GetAttribute(out int value, int attribute, int device);

    [LibraryImport(Library, EntryPoint = "cuDeviceTotalMem_v2")]
    private static partial int GetMemory(out nuint bytes, int device);
}
