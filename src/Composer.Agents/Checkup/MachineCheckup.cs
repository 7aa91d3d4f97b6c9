using System.Runtime.InteropServices;
using Composer.Agents.Local;
using Composer.Agents.Ranks;
using Composer.Core.Files;
using Composer.Core.Text;
using Composer.Pipeline;
using Composer.Training.Engines;
using Composer.Training.Hardware;
using Composer.Training.Kernels;

namespace Composer.Agents.Checkup;

/// <summary>What this machine has for computing, whatever the experiment.</summary>
public static class MachineCheckup
{
    private const long LittleDisk = 2L << 30;
    private const string Probe = ".doctor";

    /// <summary>How the names of file systems begin that several machines share.</summary>
    private static readonly string[] Shared =
        ["nfs", "lustre", "gpfs", "beegfs", "ceph", "cifs", "smb", "fuse", "afs", "9p", "pvfs", "ocfs", "gfs"];

    /// <summary>The subject of the folder that results go to: without it there is no store to look into.</summary>
    public const string Artifacts = "artifacts";

    /// <summary>Looks at the processor, memory, GPUs, the engine on TorchSharp, and the folder that results go to.</summary>
    /// <param name="resources">The machine's.</param>
    /// <param name="workspace">Whose artifacts folder has to take what is written.</param>
    /// <param name="indexFolder">Where the store's index is instead of in that folder; null: there.</param>
    public static IReadOnlyList<Finding> Of(MachineResources resources, Workspace workspace, string? indexFolder) =>
    [
        Processor(resources), Memory(resources), Gpus(resources), Torch(resources), Ranks(resources), ArtifactsOf(workspace),
        .. IndexOn(DiskSpace.FormatAt(indexFolder ?? workspace.Store), indexFolder),
    ];

    /// <summary>The store's index is SQLite, whose locks do not hold between machines.</summary>
    /// <param name="format">The file system that it is on; null: not known.</param>
    /// <param name="indexFolder">As in <see cref="Of"/>.</param>
    internal static IEnumerable<Finding> IndexOn(string? format, string? indexFolder)
    {
        if (format is not null && Shared.Any(name => format.StartsWith(name, StringComparison.Ordinal)))
        {
            yield return Finding.Note(
                "index",
                $"the store's index{(indexFolder is null ? "" : $" in {indexFolder}")} is on a file system of several machines ({format}), where its "
                + "locks do not hold",
                "export COMPOSER_INDEX=/var/tmp/$USER/composer-index, a folder on a disk of this machine");
        }
    }

    private static Finding Processor(MachineResources resources)
    {
        var text = $"{ProcessorName.Text}, {CountText.Of(resources.Cores, "core")}, {InstructionSet.Name}, "
            + RuntimeInformation.FrameworkDescription;
        return InstructionSet.Tier == InstructionSetTier.Scalar
            ? Finding.Note("processor", $"{text}: without AVX2 the CPU engine is an order of magnitude slower")
            : Finding.Fine("processor", text);
    }

    private static Finding Memory(MachineResources resources) => resources.Machine?.Memory is { } bytes
        ? Finding.Fine("memory", BytesText.Of(bytes))
        : Finding.Note("memory", "not known");

    private static Finding Gpus(MachineResources resources) => resources.Gpus == 0
        ? Finding.Note("GPU", "none that an NVIDIA driver shows")
        : resources.Machine?.Gpu is { } gpu
        ? Finding.Fine("GPU", $"{resources.Gpus} × {gpu.Name}, {BytesText.Of(gpu.Memory)}, compute capability {gpu.Major}.{gpu.Minor}")
        : Finding.Note("GPU", $"{CountText.Of(resources.Gpus, "GPU")}, of which the driver says no more");

    /// <summary>The engine that is a plug-in: no lack before an experiment asks for it.</summary>
    private static Finding Torch(MachineResources resources)
    {
        const string subject = "torch";
        var lacks = resources.Machine?.WhatTorchLacks(onGpu: false).ToArray() ?? [];
        if (EnginePlugin.Torch.BuiltFor is not { } runtime)
        {
            return Finding.Note(
                subject,
                string.Join("; ", (string[])["not built: the build does that when an experiment asks for it", .. lacks.Select(l => l.Sentence)]),
                EnginePlugin.BuildCommand);
        }

        return lacks.Length == 0
            ? Finding.Fine(subject, $"built for {runtime}")
            : Finding.Note(subject, string.Join("; ", lacks.Select(l => l.Sentence)), [.. lacks.SelectMany(l => l.Remedies).Distinct()]);
    }

    /// <summary>What several processes of one training speak with: no lack before an experiment asks for them.</summary>
    private static Finding Ranks(MachineResources resources) => resources.Machine?.WhatRanksLack().FirstOrDefault() is null
        ? Finding.Fine("ranks", $"Open MPI: {MpiRun.Find()}, {MpiRun.Library}")
        : Finding.Note("ranks", "no Open MPI: a training has one process here", MpiRun.DebianCommand);

    private static Finding ArtifactsOf(Workspace workspace)
    {
        try
        {
            Directory.CreateDirectory(workspace.Artifacts);
            var probe = Path.Combine(workspace.Artifacts, $"{Probe}-{Environment.ProcessId}");
            File.WriteAllBytes(probe, []);
            File.Delete(probe);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Finding.Lack(Artifacts, $"{workspace.Artifacts} cannot be written: {e.Message.TrimEnd('.')}", "--artifacts FOLDER");
        }

        return DiskSpace.FreeAt(workspace.Artifacts) switch
        {
            null => Finding.Note(Artifacts, $"{workspace.Artifacts}, of unknown free space"),
            < LittleDisk and var little => Finding.Note(
                Artifacts,
                $"{BytesText.Of(little)} free in {workspace.Artifacts}",
                "composer store gc --keep-days 30", "--artifacts FOLDER"),
            { } free => Finding.Fine(Artifacts, $"{BytesText.Of(free)} free in {workspace.Artifacts}"),
        };
    }
}
