using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Composer.Training.Torch.Cuda;

/// <summary>What the driver says of the first visible GPU.</summary>
/// <param name="Name">Such as <c>NVIDIA H100 80GB HBM3</c>.</param>
/// <param name="Major">Of its compute capability.</param>
/// <param name="Minor">Of its compute capability.</param>
internal sealed partial record CudaDevice(string Name, int Major, int Minor)
{
    private const string Driver = "libcuda.so.1";
    private const int CapabilityMajor = 75;
    private const int CapabilityMinor = 76;

    /// <summary>Such as <c>sm90-nvidia-h100-80gb-hbm3</c>.</summary>
    public string Policy
    {
        get
        {
            var name = new string([.. Name.ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-')]);
            return string.Create(CultureInfo.InvariantCulture, $"sm{Major}{Minor}-{name}");
        }
    }

    /// <summary>The first GPU that CUDA_VISIBLE_DEVICES leaves visible; null without a driver or a GPU.</summary>
    /// <remarks>TorchSharp has no call for the capability, so the driver is asked directly.</remarks>
    public static CudaDevice? First()
    {
        try
        {
            if (Initialize(0) != 0 || GetCount(out var count) != 0 || count == 0 || Get(out var device, 0) != 0)
            {
                return null;
            }

            var name = new byte[256];
            if (GetName(name, name.Length, device) != 0
                || GetAttribute(out var major, CapabilityMajor, device) != 0
                || GetAttribute(out var minor, CapabilityMinor, device) != 0)
            {
                return null;
            }

            return new CudaDevice(Encoding.UTF8.GetString(name.AsSpan(0, Array.IndexOf(name, (byte)0))), major, minor);
        }
        catch (DllNotFoundException)
        {
            return null;
        }
    }

    [LibraryImport(Driver, EntryPoint = "cuInit")]
    private static partial int Initialize(uint flags);

    [LibraryImport(Driver, EntryPoint = "cuDeviceGetCount")]
    private static partial int GetCount(out int count);

    [LibraryImport(Driver, EntryPoint = "cuDeviceGet")]
    private static partial int Get(out int device, int ordinal);

    [LibraryImport(Driver, EntryPoint = "cuDeviceGetName")]
    private static partial int GetName([Out] byte[] name, int length, int device);

    [LibraryImport(Driver, EntryPoint = "cuDeviceGetAttribute")]
    private static partial int GetAttribute(out int value, int attribute, int device);
}
