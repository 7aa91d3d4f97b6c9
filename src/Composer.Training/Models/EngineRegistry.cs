using System.Reflection;
using Composer.Training.Kernels;

namespace Composer.Training.Models;

/// <summary>The engines by name: <c>cpu</c> always, <c>torch</c> where its assembly lies beside the executable.</summary>
/// <remarks>Thread-safe. Engines are stateless and made once.</remarks>
public static class EngineRegistry
{
    private const string Cpu = "cpu";
    private const string Torch = "torch";
    private const string TorchAssembly = "Composer.Training.Torch";
    private static readonly Lazy<ITrainingEngine> CpuInstance = new(() =>
    {
        KernelCompilation.Begin(InstructionSet.Kernels);
        return new CpuEngine();
    });
    private static readonly Lazy<ITrainingEngine> TorchInstance = new(() => LoadTorch(AppContext.BaseDirectory));

    /// <summary>The names of the engines that this installation has; says nothing of GPUs.</summary>
    public static IReadOnlyList<string> Available { get; } =
        File.Exists(Path.Combine(AppContext.BaseDirectory, TorchAssembly + ".dll")) ? [Cpu, Torch] : [Cpu];

    /// <summary>The engine of a name.</summary>
    /// <exception cref="EngineUnavailableException">This installation or machine lacks it; the message says how to get it.</exception>
    public static ITrainingEngine Get(string name) => name switch
    {
        Cpu => CpuInstance.Value,
        Torch => TorchInstance.Value,
        _ => throw new EngineUnavailableException($"There is no engine '{name}'; there are {string.Join(", ", Available)}."),
    };

    /// <summary>The torch engine on a device, whatever this process was given.</summary>
    /// <param name="device"><c>cpu</c> or <c>cuda</c>.</param>
    /// <exception cref="EngineUnavailableException">This installation lacks the engine; whether it has the device, the first model says.</exception>
    public static ITrainingEngine TorchOn(string device) => LoadTorch(AppContext.BaseDirectory, device);

    /// <summary>The engine whose assembly lies in a folder.</summary>
    internal static ITrainingEngine LoadTorch(string folder, string? device = null)
    {
        var path = Path.Combine(folder, TorchAssembly + ".dll");
        if (!File.Exists(path))
        {
            throw new EngineUnavailableException(
                $"The engine 'torch' is not installed. Build it into this folder: dotnet build src/{TorchAssembly} -c Release -o {folder} (with -p:TorchRuntime=cuda where there is an NVIDIA GPU)");
        }

        try
        {
            // By path: the executable's deps.json does not list the assembly, so a load by name would not find it.
            var assembly = Assembly.LoadFrom(path);
            var type = assembly.GetType($"{TorchAssembly}.TorchEngine", throwOnError: true)!;
            object[] arguments = device is null
                ? []
                : [Enum.Parse(assembly.GetType($"{TorchAssembly}.TorchDevice", throwOnError: true)!, device, ignoreCase: true)];
            return (ITrainingEngine)Activator.CreateInstance(type, arguments)!;
        }
        catch (Exception e) when (e is IOException or BadImageFormatException or TypeLoadException or MissingMethodException
            or InvalidCastException or TargetInvocationException)
        {
            throw new EngineUnavailableException($"The engine 'torch' in {path} cannot be loaded: {e.Message}", e);
        }
    }
}
