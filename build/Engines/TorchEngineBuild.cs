using System.Diagnostics;
using System.Runtime.InteropServices;
using Composer.Build.Processes;

namespace Composer.Build.Engines;

/// <summary>
/// Builds the engine on TorchSharp into its folder beside the executable; at once when nothing changed. Nothing else
/// in the build restores a libtorch for the product.
/// </summary>
/// <param name="dotnet">The dotnet that builds.</param>
/// <param name="root">The clone.</param>
/// <param name="artifacts">Its artifacts.</param>
/// <param name="executable">The folder of composer.</param>
/// <param name="sharedInputs">What a change of can change every assembly.</param>
internal sealed class TorchEngineBuild(string dotnet, string root, string artifacts, string executable, IReadOnlyList<string> sharedInputs)
{
    private const string Project = "src/Composer.Training.Torch/Composer.Training.Torch.csproj";

    private static readonly string[] Inputs =
    [
        "src/Composer.Core", "src/Composer.Architecture", "src/Composer.Training", "src/Composer.Training.Torch", "build/torch-engine",
    ];

    /// <summary>Whether a driver is installed, with or without a GPU that works.</summary>
    public static bool SeesNvidiaDriver =>
        File.Exists("/proc/driver/nvidia/version") || NativeLibrary.TryLoad("libcuda.so.1", out _);

    /// <summary>Builds it.</summary>
    /// <param name="forced">What it computes with; null chooses by the driver.</param>
    /// <param name="configuration">How it is compiled.</param>
    /// <returns>Whether it is there.</returns>
    public bool Execute(TorchRuntime? forced, Configuration configuration)
    {
        var runtime = forced ?? (SeesNvidiaDriver ? TorchRuntime.Cuda : TorchRuntime.Cpu);
        var folder = Path.Join(executable, "engines", "torch");
        var stamp = new InputStamp(
            Path.Join(artifacts, "stamps", $"torch-engine-{runtime}.{configuration}".ToLowerInvariant()),
            root,
            [.. Inputs, .. sharedInputs],
            [Path.Join(folder, "engine.txt"), Path.Join(folder, "Composer.Training.Torch.dll")]);
        if (stamp.IsCurrent())
        {
            return true;
        }

        stamp.Clear();
        Console.WriteLine(runtime == TorchRuntime.Cuda
            ? $"building the engine on TorchSharp for CUDA ({Why(forced, "an NVIDIA driver is installed")}); packages that are not in "
                + $"the NuGet cache are downloaded: several GB"
            : $"building the engine on TorchSharp for the processor ({Why(forced, "no NVIDIA driver is installed")}); packages that are "
                + $"not in the NuGet cache are downloaded: 160 MB");
        var code = ForegroundProcess.Run(
            new ProcessStartInfo(dotnet) { WorkingDirectory = root },
            [
                "msbuild", Project, "-restore", "-t:PlaceEngine", "-m", "-nologo", "-v:q", $"-p:Configuration={configuration}",
                $"-p:TorchRuntime={runtime.ToString().ToLowerInvariant()}",

                // Relative to the project: what the clone's folder is called may be MSBuild's own syntax.
                $"-p:EngineFolder={Path.GetRelativePath(Path.GetDirectoryName(Path.Join(root, Project))!, folder)}",
            ]);
        if (code != 0)
        {
            return false;
        }

        stamp.Write();
        return true;
    }

    private static string Why(TorchRuntime? forced, string seen) => forced is null ? seen : "--torch-runtime";
}
