using Composer.Core;

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

    /// <summary>How long the job took.</summary>
    public double Seconds { get; init; }
}

/// <summary>A finished unit of a job.</summary>
/// <param name="Key">The unit's.</param>
/// <param name="Outputs">Output names and the files, relative to the job's folder, that hold them.</param>
/// <param name="Beside">The same for what was measured beside them.</param>
/// <param name="Seconds">How long it took.</param>
public sealed record UnitResult(
    Digest Key, IReadOnlyDictionary<string, string> Outputs, IReadOnlyDictionary<string, string> Beside, double Seconds);
