using System.Globalization;
using Composer.Pipeline.Jobs;
using Composer.Pipeline.Planning;
using Composer.Training.Engines;
using Composer.Training.Hardware;

namespace Composer.Agents.Local;

/// <summary>What the agents of this run have.</summary>
/// <param name="Cores">CPU cores.</param>
/// <param name="Gpus">GPUs.</param>
/// <param name="Engines">Names of the engines that are there: built in, or built as plug-ins.</param>
public sealed record MachineResources(int Cores, int Gpus, IReadOnlyList<string> Engines) : IResources
{
    private const string Torch = "torch";
    private const string OnTheProcessor = "composer run NAME --set pretrain.resources.gpus=0";
    private const string OnOneGpu = "composer run NAME --set pretrain.resources.gpus=1";
    private const string NoFurther = "composer run NAME --until extrapolate";
    private const string SmallerModel = "composer run NAME --set extrapolate.size=…";
    private const string ShorterSequences = "composer run NAME --set pretrain.length=…";

    /// <summary>The machine itself, to be asked further; null: nothing more is known of it.</summary>
    public IMachine? Machine { get; init; }

    /// <summary>Everything that a stage needs and is not there; empty when it can run.</summary>
    public IReadOnlyList<MachineLack> WhatLacks(StageNeeds needs)
    {
        var lacks = new List<MachineLack>();
        var hasGpus = needs.Gpus <= Gpus;
        if (!hasGpus)
        {
            lacks.Add(new($"needs {needs.Gpus} GPU{(needs.Gpus == 1 ? "" : "s")}; this machine has {(Gpus == 0 ? "none" : Gpus)}")
            {
                Remedies = needs.Engine != Torch ? [NoFurther] : Gpus > 0 ? [OnOneGpu, NoFurther] : [OnTheProcessor, NoFurther],
            });
        }

        if (needs.Engine is not null && !Engines.Contains(needs.Engine))
        {
            lacks.Add(
                new($"needs the engine '{needs.Engine}', which is not built here; '{EnginePlugin.BuildCommand}' builds it", IsBuilt: true)
                {
                    Remedies = [EnginePlugin.BuildCommand],
                });
        }

        if (needs.Engine == Torch && Machine is not null)
        {
            lacks.AddRange(Machine.WhatTorchLacks(onGpu: needs.Gpus > 0));
        }

        if (needs.Engine == Torch && needs.Gpus > 0 && hasGpus && Machine?.Gpu is { HasBf16: false } old)
        {
            lacks.Add(new(string.Create(
                CultureInfo.InvariantCulture,
                $"needs a GPU of compute capability {Gpu.LeastForBf16}.0 or newer; the {old.Name} has {old.Major}.{old.Minor}")));
        }

        if (needs.Ranks > 1 && Machine is not null)
        {
            lacks.AddRange(Machine.WhatRanksLack());
        }

        var (memory, whose) = needs.Gpus == 0
            ? (Machine?.Memory, "this machine")
            : hasGpus
            ? (Machine?.Gpu?.Memory, "the GPU")
            : (null, "");
        if (needs.Memory > memory)
        {
            lacks.Add(new($"needs about {Gigabytes(needs.Memory)} of memory; {whose} has {Gigabytes(memory.Value)}")
            {
                Remedies = [SmallerModel, ShorterSequences],
            });
        }

        return lacks;
    }

    private static string Gigabytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:#,0.#} GB");
}
