using Composer.Store.Records;

namespace Composer.Store.Transfer;

/// <summary>A run that was written to an archive or read from one.</summary>
/// <param name="Run">The run.</param>
/// <param name="Stages">Stages of the archive.</param>
/// <param name="NewStages">Stages of it that the store did not have; of an export 0.</param>
/// <param name="Blobs">Blobs of the archive.</param>
/// <param name="Bytes">Their sizes.</param>
public sealed record ArchivedRun(RunRecord Run, int Stages, int NewStages, int Blobs, long Bytes);
