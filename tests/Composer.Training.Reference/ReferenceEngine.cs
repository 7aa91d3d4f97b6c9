using Composer.Core;
using Composer.Training.Models;

namespace Composer.Training.Reference;

/// <summary>
/// The oracle: the engine contract in plain scalar double precision, written from the contract's words and
/// independent of every other engine. For tests; slow on purpose.
/// </summary>
public sealed class ReferenceEngine : ITrainingEngine
{
    public string Name => "reference";

    public string HardwarePolicy => "reference/double";

    public ITrainableModel Create(ModelConfiguration configuration, Seed initialization, int threads) =>
        new ReferenceModel(configuration, initialization);
}
