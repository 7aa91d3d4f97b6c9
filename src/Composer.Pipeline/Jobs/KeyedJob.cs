using Composer.Pipeline.Keys;
using Composer.Store;
using Composer.Store.Files;

namespace Composer.Pipeline.Jobs;

/// <summary>A computation with its key.</summary>
/// <param name="Inputs">All that it sees.</param>
/// <param name="Preimage">All that its result depends on: the inputs, the code, the hardware.</param>
public sealed record KeyedJob(object Inputs, Preimage Preimage)
{
    /// <summary>The files outside the store that the inputs hold the digests of.</summary>
    public IReadOnlyList<FileContent> Files { get; init; } = [];

    /// <param name="kind">What is computed.</param>
    /// <param name="inputs">The kind's record.</param>
    /// <param name="needs">What it is given to compute with.</param>
    /// <param name="store">Where results of other machines may be.</param>
    public static KeyedJob Of(JobKind kind, object inputs, StageNeeds needs, StageStore store) =>
        new(inputs, kind.PreimageOf(inputs, needs, store));
}
