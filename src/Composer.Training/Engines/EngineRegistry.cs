using Composer.Core.Code;
using Composer.Training.Cpu;
using Composer.Training.Kernels;
using Composer.Training.Models;

namespace Composer.Training.Engines;

/// <summary>The engines by name: <c>cpu</c> always, <c>torch</c> where it is built (<see cref="EnginePlugin"/>).</summary>
/// <remarks>Thread-safe. Engines are stateless and made once.</remarks>
[ListsCodeParts]
public static class EngineRegistry
{
    /// <summary>The name of the engine that is built in.</summary>
    public const string Cpu = "cpu";

    private static readonly Lazy<ITrainingEngine> CpuInstance = new(() =>
    {
        KernelCompilation.Begin(InstructionSet.Kernels);
        return new CpuEngine();
    });
    private static readonly Lazy<ITrainingEngine> TorchInstance = new(() => EnginePlugin.Torch.Load());

    /// <summary>Every engine's name, whether this installation has it or not.</summary>
    public static IReadOnlyList<string> Names { get; } = [Cpu, EnginePlugin.Torch.Name];

    /// <summary>The names of the engines that this installation has; says nothing of GPUs.</summary>
    public static IReadOnlyList<string> Available => EnginePlugin.Torch.IsBuilt ? Names : [Cpu];

    /// <summary>The engine of a name.</summary>
    /// <exception cref="EngineUnavailableException">This installation or machine lacks it; the message says how to get it.</exception>
    public static ITrainingEngine Get(string name) =>
        name == Cpu ? CpuInstance.Value
        : name == EnginePlugin.Torch.Name ? TorchInstance.Value
        : throw new EngineUnavailableException($"There is no engine '{name}'; there are {string.Join(", ", Available)}.");

    /// <summary>The engine on TorchSharp on a device, whatever this process was given.</summary>
    /// <param name="device"><c>cpu</c> or <c>cuda</c>.</param>
    /// <exception cref="EngineUnavailableException">This installation lacks the engine; whether it has the device, the first model
    /// says.</exception>
    public static ITrainingEngine TorchOn(string device) => EnginePlugin.Torch.Load(device);
}
