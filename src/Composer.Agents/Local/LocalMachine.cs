using System.Runtime.InteropServices;
using Composer.Agents.Ranks;
using Composer.Pipeline.Planning;
using Composer.Stages.Code;
using Composer.Training.Engines;
using Composer.Training.Hardware;

namespace Composer.Agents.Local;

/// <summary>This machine. Neither libtorch nor the engine is loaded to answer.</summary>
public sealed class LocalMachine : IMachine
{
    private readonly EnginePlugin torch;

    /// <summary>As it is.</summary>
    public LocalMachine()
        : this(EnginePlugin.Torch)
    {
    }

    internal LocalMachine(EnginePlugin torch) => this.torch = torch;

    public long? Memory => Bytes();

    public Gpu? Gpu => FirstGpu();

    internal Func<long?> Bytes { get; init; } = MachineMemory.Bytes;

    internal Func<Gpu?> FirstGpu { get; init; } = () => NvidiaDriver.First;

    internal Func<EnginePlugin, bool> IsOfTheseSources { get; init; } = CodeDigest.IsThatOf;

    internal Func<bool> HasNewCpp { get; init; } = CppRuntime.IsNewEnough;

    internal Func<bool> IsLinuxOnX64 { get; init; } =
        () => OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == System.Runtime.InteropServices.Architecture.X64;

    internal Func<(bool Program, bool Library)> HasMpi { get; init; } = () => (MpiRun.Find() is not null, MpiRun.HasLibrary);

    public IEnumerable<MachineLack> WhatRanksLack()
    {
        var (program, library) = HasMpi();
        var missing = (program, library) switch
        {
            (true, true) => null,
            (false, true) => MpiRun.Program,
            (true, false) => MpiRun.Library,
            _ => $"{MpiRun.Program} and {MpiRun.Library}",
        };
        if (missing is not null)
        {
            yield return new(
                $"needs Open MPI, by which ranks speak; {missing} is missing here: '{MpiRun.DebianCommand}' installs it on Debian")
            {
                Remedies =
                [
                    MpiRun.DebianCommand,
                    "composer run NAME --set pretrain.resources.processes=1",
                    "composer run NAME --set pretrain.resources.gpus=1",
                ],
            };
        }
    }

    public IEnumerable<MachineLack> WhatTorchLacks(bool onGpu)
    {
        if (!IsLinuxOnX64())
        {
            yield return new("needs Linux on x64, which the engine 'torch' is for");
            yield break;
        }

        if (torch.IsBuilt && !IsOfTheseSources(torch))
        {
            yield return new(
                $"needs the engine 'torch' of the same sources as composer; the one here was built from others: "
                + $"'{EnginePlugin.BuildCommand}' builds it anew",
                IsBuilt: true)
            {
                Remedies = [EnginePlugin.BuildCommand],
            };
        }
        else if (onGpu && torch.BuiltFor is { } runtime and not "cuda")
        {
            yield return new(
                $"needs the engine 'torch' for CUDA; the one here is for {runtime}: '{EnginePlugin.BuildCommand} --torch-runtime cuda' "
                + $"builds it",
                IsBuilt: true);
        }

        if (!HasNewCpp())
        {
            yield return new(
                $"needs the libstdc++ of GCC 13.2 or newer ({CppRuntime.Wanted}: Ubuntu 24.04, Debian 13, RHEL 10); this machine's is "
                + $"older")
            {
                Remedies = ["build/debian-root.sh ./build.sh Experiment --name NAME", "composer run NAME --set pretrain.engine=cpu"],
            };
        }
    }
}
