using Composer.Core;
using Composer.Core.Code;
using Composer.Training.Ranks;

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

    /// <summary>A model whose batches are cut into gradient shards, which several processes may share.</summary>
    /// <param name="configuration">What to build.</param>
    /// <param name="initialization">The seed of the initial parameters.</param>
    /// <param name="threads">How many threads may work at once in this process; never changes a result.</param>
    /// <param name="split">The shards, which are part of the result, and the ranks, which are not. Every rank has a model alike and is
    /// given whole batches; it computes its own shards of them.</param>
    /// <exception cref="NotSupportedException">The engine knows of no shards.</exception>
    ITrainableModel Create(ModelConfiguration configuration, Seed initialization, int threads, GradientSplit split) => split.IsWhole
        ? Create(configuration, initialization, threads)
        : throw new NotSupportedException($"The engine '{Name}' cuts no batch into gradient shards.");
}
