using Composer.Core;

namespace Composer.Language.Pretraining;

/// <summary>A checkpoint at the end of another run's trunk, from which a run of another length may go on.</summary>
/// <param name="Step">Updates done.</param>
/// <param name="Path">The file, only read.</param>
/// <param name="Digest">Of its bytes; a file that has another is not taken.</param>
public sealed record TrunkCheckpoint(long Step, string Path, Digest Digest);
