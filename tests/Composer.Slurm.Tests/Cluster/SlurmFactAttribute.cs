using System.Runtime.CompilerServices;

namespace Composer.Slurm.Tests.Cluster;

/// <summary>A fact about a real Slurm: skipped, with the command that brings it, where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SlurmFactAttribute : FactAttribute
{
    /// <param name="soak">Whether it takes long, and runs with <c>./build.sh Soak</c> alone.</param>
    public SlurmFactAttribute(bool soak = false, [CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
        : base(file, line) =>
        Skip = SlurmCluster.Lack is { } lack ? $"needs a Slurm, and {lack}"
            : soak && !Soak.IsOn ? "takes long: ./build.sh Soak runs it"
            : null;
}
