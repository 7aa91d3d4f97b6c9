using Composer.Architecture;
using Composer.Language.Corpora;
using Composer.Language.Pretraining;

namespace Composer.Pipeline.Jobs;

/// <summary>Pre-trains one model; checkpoints stay in the folder and a second attempt continues from them.</summary>
public sealed record PretrainJob : Job
{
    /// <summary>One letter a layer.</summary>
    public required string Layers { get; init; }

    public required ModelShape Shape { get; init; }

    public required CorpusSettings Corpus { get; init; }

    /// <summary>Where relative paths of the corpus start.</summary>
    public required string CorpusFolder { get; init; }

    public required PretrainSettings Settings { get; init; }

    /// <summary>Where runs of other lengths left the trunk that this one has too.</summary>
    public IReadOnlyList<TrunkCheckpointFile> Trunks { get; init; } = [];

    /// <summary>Of corpus, data order and initial parameters.</summary>
    public required ulong Seed { get; init; }
}

/// <summary>A checkpoint in the store.</summary>
/// <param name="Step">Updates done.</param>
/// <param name="Path">Where it lies, to be read only.</param>
/// <param name="Digest">Of its bytes.</param>
public sealed record TrunkCheckpointFile(long Step, string Path, string Digest);
