using Composer.Core;
using Composer.Core.Code;
using Composer.Core.Json;
using Composer.Store;
using Composer.Store.Records;

namespace Composer.Pipeline.Results;

/// <summary>A finished job's record with a way to its outputs.</summary>
[CodeBoundary]
public sealed class StageResult(StageRecord record, StageStore store)
{
    public StageRecord Record { get; } = record;

    /// <summary>Who took it over from an earlier run of other code, and why; null when it was computed.</summary>
    public AcceptedOutput? Accepted => ReadBeside<AcceptedOutput>(AcceptedOutput.Name);

    /// <summary>Where an output lies, to be read only.</summary>
    public string PathOf(string output) => store.PathOf(Record.Outputs[output].Digest);

    /// <summary>A JSON output, its digest checked.</summary>
    /// <exception cref="InvalidDataException">The output is not a <typeparamref name="T"/>.</exception>
    public T Read<T>(string output) => ComposerJson.Read<T>(store.ReadBlob(Record.Outputs[output].Digest));

    /// <summary>An output's bytes, its digest checked.</summary>
    public byte[] ReadBytes(string output) => store.ReadBlob(Record.Outputs[output].Digest);

    /// <summary>A JSON document of what was measured beside the outputs; default when there is none of the name.</summary>
    public T? ReadBeside<T>(string name) =>
        Record.Beside.TryGetValue(name, out var blob) ? ComposerJson.Read<T>(store.ReadBlob(blob.Digest)) : default;
}
