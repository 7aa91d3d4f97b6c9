using Composer.Core;
using Composer.Core.Code;

namespace Composer.Training.Models;

/// <summary>Builds models that train: the CPU engine, or the one on TorchSharp.</summary>
[CodeParts("engine", nameof(Name))]
public interface ITrainingEngine
{
    /// <summary><c>cpu</c> or <c>torch</c>, as manifests name it.</summary>
    string Name { get; }

    /// <summary>
    /// What enters a stage key for the hardware, such as <c>cpu/avx512</c>: two machines with the same text
    /// compute the same bits.
    /// </summary>
    string HardwarePolicy { get; }

    /// <summary>
    /// A model with its initial parameters: drawn on the host from the seed by <see cref="ModelInitializer"/>,
    /// so that every engine starts from the same numbers.
    /// </summary>
    /// <param name="configuration">What to build.</param>
    /// <param name="initialization">The seed of the initial parameters.</param>
    /// <param name="threads">How many threads may work at once; never changes a result.</param>
    ITrainableModel Create(ModelConfiguration configuration, Seed initialization, int threads);
}
