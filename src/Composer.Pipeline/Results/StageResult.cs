using Composer.Core.Code;
using Composer.Core.Json;
using Composer.Store;
using Composer.Store.Blobs;
using Composer.Store.Files;
using Composer.Store.Records;

namespace Composer.Pipeline.Results;

/// <summary>A finished job's record with a way to its outputs.</summary>
[CodeBoundary]
public sealed class StageResult(StageRecord record, StageStore store)
{
    public StageRecord Record { get; } = record;

    /// <summary>Who took it over from an earlier run of other code, and why; null when it was computed.</summary>
    public AcceptedOutput? Accepted => ReadBeside<AcceptedOutput>(AcceptedOutput.Name);

    /// <summary>Where an output lies, its bytes compared with its digest; to be read only.</summary>
    /// <exception cref="Store.Blobs.BlobCorruptException">They are others.</exception>
    public FileContent ContentOf(string output) => store.ContentOf(Record.Outputs[output].Digest);

    /// <summary>A JSON output, its digest checked.</summary>
    /// <exception cref="InvalidDataException">The output is not a <typeparamref name="T"/>.</exception>
    public T Read<T>(string output) => ComposerJson.Read<T>(store.ReadBlob(Record.Outputs[output].Digest));

    /// <summary>An output's bytes, its digest checked.</summary>
    public byte[] ReadBytes(string output) => store.ReadBlob(Record.Outputs[output].Digest);

    /// <summary>
    /// A JSON document of what was measured beside the outputs; default when there is none of the name, or none that is whole: no
    /// result rests on it, and nobody computes for days because of a time that was lost.
    /// </summary>
    public T? ReadBeside<T>(string name)
    {
        if (!Record.Beside.TryGetValue(name, out var blob))
        {
            return default;
        }

        try
        {
            return ComposerJson.Read<T>(store.ReadBlob(blob.Digest));
        }
        catch (Exception e) when (e is BlobMissingException or BlobCorruptException)
        {
            return default;
        }
    }
}
