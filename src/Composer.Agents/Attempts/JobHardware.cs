using System.Text.Json;
using Composer.Core.Json;
using Composer.Pipeline.Jobs;
using Composer.Stages.Hardware;
using Composer.Training.Hardware;

namespace Composer.Agents.Attempts;

/// <summary>Holds the machine that a job came to against the one that its keys name: results of another would be called by a wrong name.</summary>
public static class JobHardware
{
    /// <summary>Why this machine may not compute a job; null when it may.</summary>
    /// <param name="job">The work.</param>
    /// <param name="kinds">Every kind that there is.</param>
    public static string? WhyNotHere(Job job, JobKinds kinds)
    {
        if (job.Hardware is not { } expected)
        {
            return null;
        }

        if (job.Gpus > 0 && NvidiaDriver.First is null)
        {
            return $"{Environment.MachineName} shows no GPU to a job that asked for {job.Gpus}: is agents.slurm.gres what the cluster calls them?";
        }

        var kind = kinds[job.Kind];
        var inputs = job.Units[0].Inputs.Deserialize(kind.InputsType, ComposerJson.Inputs)!;

        // With its GPU there, or without one, a machine answers for itself: no store is asked.
        var here = kind.HardwareOf(inputs, new StageNeeds(job.Gpus, Engine: null), store: null!);
        return here == expected
            ? null
            : $"{Environment.MachineName} computes '{here}', and the key says '{expected}'. Keep jobs to like nodes with a constraint, and "
                + $"write in [[agents.slurm.partition]] {Described(job)}";
    }

    private static string Described(Job job) => job.Gpus > 0 && NvidiaDriver.First is { } gpu
        ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"capability = \"{gpu.Major}.{gpu.Minor}\"")
        : $"processor = \"{HardwarePolicy.ThisProcessor}\"";
}
