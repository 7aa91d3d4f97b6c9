namespace Composer.Pipeline.Jobs;

/// <summary>What an agent made of a job; <c>result.json</c> in its folder, written last and whole.</summary>
public sealed record JobResult
{
    /// <summary>Why it failed; null when it did not.</summary>
    public string? Failure { get; init; }

    /// <summary>Whether it would fail in the same way again: the same numbers, the same mistake.</summary>
    public bool FailsAlike { get; init; }

    /// <summary>Whether the agent was told to stop, or was stopped, before the end.</summary>
    public bool Cancelled { get; init; }

    /// <summary>Output names and the files, relative to the job's folder, that hold them.</summary>
    public SortedDictionary<string, string> Outputs { get; init; } = new(StringComparer.Ordinal);

    /// <summary>The same for what was measured beside them.</summary>
    public SortedDictionary<string, string> Beside { get; init; } = new(StringComparer.Ordinal);

    /// <summary>How long the computation took.</summary>
    public double Seconds { get; init; }
}
