using Composer.Core;
using Composer.Training.Kernels;
using Composer.Training.Models;
using Composer.Training.Profiling;
using Composer.Training.Ranks;

namespace Composer.Training.Cpu;

/// <summary>The CPU engine: pure C#, nothing to install.</summary>
public sealed class CpuEngine : ITrainingEngine
{
    private readonly TierKernels kernels;
    private readonly PassProfile? profile;

    /// <summary>The widest instructions that this process may use.</summary>
    public CpuEngine()
        : this(Kernels.InstructionSet.Kernels)
    {
    }

    /// <param name="kernels">Of one tier.</param>
    /// <param name="profile">Takes the times of the parts of every step of one model.</param>
    internal CpuEngine(TierKernels kernels, PassProfile? profile = null) => (this.kernels, this.profile) = (kernels, profile);

    public string Name => "cpu";

    /// <summary><c>avx512</c>, <c>avx2</c> or <c>scalar</c>.</summary>
    public string InstructionSet => Kernels.InstructionSet.NameOf(kernels.Tier);

    public string HardwarePolicy => $"{Name}/{InstructionSet}";

    /// <exception cref="ArgumentException">The configuration cannot be built.</exception>
    /// <exception cref="NotSupportedException">No layer of this engine has one of the symbols.</exception>
    public ITrainableModel Create(ModelConfiguration configuration, Seed initialization, int threads) =>
        Create(configuration, initialization, threads, GradientSplit.Whole);

    /// <inheritdoc cref="Create(ModelConfiguration, Seed, int)"/>
    public ITrainableModel Create(ModelConfiguration configuration, Seed initialization, int threads, GradientSplit split) =>
        new CpuModel(configuration, initialization, threads, kernels, profile: profile, split: split);
}
