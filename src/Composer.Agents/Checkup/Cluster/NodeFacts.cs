using System.Globalization;
using System.Runtime.InteropServices;
using Composer.Agents.Local;
using Composer.Stages.Hardware;
using Composer.Training.Hardware;

namespace Composer.Agents.Checkup.Cluster;

/// <summary>A machine as the composer that runs on it sees it: <c>here</c> in <c>composer doctor --json</c>.</summary>
/// <param name="Host">Its name.</param>
/// <param name="Name">What its processor is called.</param>
/// <param name="Cores">CPU cores that this process may use.</param>
/// <param name="Processor">Maker and instruction set, as <c>agents.slurm.partition.processor</c> names them.</param>
/// <param name="Gpus">GPUs that this process may use.</param>
/// <param name="Capability">Their compute capability, as <c>agents.slurm.partition.capability</c> names it; empty: no GPU.</param>
/// <param name="Runtime">.NET's version.</param>
/// <param name="At">Its clock.</param>
public sealed record NodeFacts(
    string Host, string Name, int Cores, string Processor, int Gpus, string Capability, string Runtime, DateTimeOffset At)
{
    /// <summary>The instruction set alone.</summary>
    internal string InstructionSet => Processor[(Processor.LastIndexOf('-') + 1)..];

    /// <summary>Of this machine.</summary>
    public static NodeFacts Here(MachineResources resources, TimeProvider time) => new(
        Environment.MachineName,
        ProcessorName.Text,
        resources.Cores,
        HardwarePolicy.ThisProcessor,
        resources.Gpus,
        resources.Machine?.Gpu is { } gpu ? string.Create(CultureInfo.InvariantCulture, $"{gpu.Major}.{gpu.Minor}") : "",
        RuntimeInformation.FrameworkDescription,
        time.GetUtcNow());
}
