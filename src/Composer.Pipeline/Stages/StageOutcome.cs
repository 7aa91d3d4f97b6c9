namespace Composer.Pipeline.Stages;

/// <summary>What computing a stage came to: outputs to publish, or a failure.</summary>
public sealed class StageOutcome
{
    private StageOutcome(string? failure, bool failsAlike) => (Failure, FailsAlike) = (failure, failsAlike);

    /// <summary>Why it failed; null when it did not.</summary>
    public string? Failure { get; }

    /// <summary>Whether it would fail in the same way again, so that another try is of no use.</summary>
    public bool FailsAlike { get; }

    /// <summary>How long the computation itself took, where it had to wait for a core first; null when it had not.</summary>
    public double? Seconds { get; init; }

    /// <summary>By name: deterministic contents.</summary>
    public SortedDictionary<string, StageContent> Outputs { get; } = new(StringComparer.Ordinal);

    /// <summary>By name: what was measured and is never the same twice.</summary>
    public SortedDictionary<string, StageContent> Beside { get; } = new(StringComparer.Ordinal);

    /// <summary>What else is published with it, under keys of its own.</summary>
    public List<StageByproduct> Along { get; } = [];

    public static StageOutcome Done(double? seconds = null) => new(failure: null, failsAlike: false) { Seconds = seconds };

    /// <param name="reason">In words for whoever runs the experiment.</param>
    /// <param name="failsAlike">Whether it would fail in the same way again.</param>
    public static StageOutcome Failed(string reason, bool failsAlike = false) => new(reason, failsAlike);

    /// <summary>Adds a JSON output.</summary>
    public StageOutcome With<T>(string name, T value)
    {
        Outputs.Add(name, new StageContent(PipelineJson.Write(value), null));
        return this;
    }

    /// <summary>Adds a file as an output.</summary>
    public StageOutcome WithFile(string name, string path)
    {
        Outputs.Add(name, new StageContent(null, path));
        return this;
    }

    /// <summary>Adds a JSON document beside the outputs.</summary>
    public StageOutcome WithBeside<T>(string name, T value)
    {
        Beside.Add(name, new StageContent(PipelineJson.Write(value), null));
        return this;
    }
}

/// <summary>Something that a stage's computation leaves and that other stages can use.</summary>
/// <param name="Preimage">All that it depends on.</param>
/// <param name="Kind">The record's kind.</param>
/// <param name="Label">What it is found by.</param>
/// <param name="Content">Its outputs.</param>
public sealed record StageByproduct(Keys.Preimage Preimage, string Kind, string Label, StageOutcome Content);

/// <summary>Bytes, or the path of a file that holds them.</summary>
public sealed record StageContent(byte[]? Bytes, string? Path)
{
    public Stream OpenRead() => Bytes is not null ? new MemoryStream(Bytes, writable: false) : File.OpenRead(Path!);
}
