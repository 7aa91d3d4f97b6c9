using Composer.Core.Code;
using Composer.Pipeline.Acceptance;
using Composer.Store;
using Composer.Store.Records;

namespace Composer.Pipeline.Stages;

/// <summary>A finished stage's record with a way to its outputs.</summary>
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
    public T Read<T>(string output) => Read<T>(Record.Outputs[output].Digest);

    /// <summary>A JSON document of what was measured beside the outputs; default when there is none of the name.</summary>
    public T? ReadBeside<T>(string name) =>
        Record.Beside.TryGetValue(name, out var blob) ? Read<T>(blob.Digest) : default;

    private T Read<T>(Core.Digest digest)
    {
        using var content = store.Blobs.OpenRead(digest);
        var bytes = new byte[content.Length];
        content.ReadExactly(bytes);

        // The read that finds the end compares the digest.
        return content.ReadByte() < 0
            ? PipelineJson.Read<T>(bytes)
            : throw new InvalidDataException($"Blob {digest} grew while it was read.");
    }
}

/// <summary>The results of stages that are finished.</summary>
[CodeBoundary]
public interface IStageResults
{
    StageResult this[Stage stage] { get; }

    /// <summary>Whether a stage has a result.</summary>
    bool Has(Stage stage);
}
