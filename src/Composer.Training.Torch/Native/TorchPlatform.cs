using System.Runtime.InteropServices;
using Composer.Training.Hardware;
using Composer.Training.Models;

namespace Composer.Training.Torch.Native;

/// <summary>What libtorch asks of a machine, looked at before TorchSharp is touched.</summary>
/// <remarks>
/// TorchSharp dies in its static constructor, with a page of what it tried, where the C++ library is older than GCC
/// 13.2's: Debian 12 and Ubuntu 22.04. A type whose static constructor failed stays unusable, so ask first.
/// </remarks>
public static class TorchPlatform
{
    private static readonly Lazy<string?> What = new(Find);

    /// <summary>One sentence that says what this machine lacks; null where TorchSharp can be used.</summary>
    public static string? Missing => What.Value;

    /// <summary>Loads libtorch, where it has not been.</summary>
    /// <exception cref="EngineUnavailableException">Something is <see cref="Missing"/>.</exception>
    public static void Require()
    {
        if (Missing is { } missing)
        {
            throw new EngineUnavailableException(missing);
        }
    }

    private static string? Find()
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture != System.Runtime.InteropServices.Architecture.X64)
        {
            return $"The torch engine runs on Linux x64, not on {RuntimeInformation.RuntimeIdentifier}.";
        }

        return CppRuntime.IsNewEnough()
            ? RuntimeFolder.Load()
            : $"The torch engine needs a libstdc++.so.6 with {CppRuntime.Wanted} (GCC 13.2 or newer: Debian 13, Ubuntu 24.04, RHEL 10); "
                + $"this machine's is older.";
    }
}
