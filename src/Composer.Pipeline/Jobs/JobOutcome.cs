using Composer.Core.Json;
using Composer.Pipeline.Keys;

namespace Composer.Pipeline.Jobs;

/// <summary>What a computation came to: outputs to publish, or a failure.</summary>
public sealed class JobOutcome
{
    private JobOutcome(string? failure, bool failsAlike) => (Failure, FailsAlike) = (failure, failsAlike);

    /// <summary>Why it failed; null when it did not.</summary>
    public string? Failure { get; private set; }

    /// <summary>Whether it would fail in the same way again, so that another try is of no use.</summary>
    public bool FailsAlike { get; private set; }

    /// <summary>By name: deterministic contents.</summary>
    public SortedDictionary<string, JobContent> Outputs { get; } = new(StringComparer.Ordinal);

    /// <summary>By name: what was measured and is never the same twice.</summary>
    public SortedDictionary<string, JobContent> Beside { get; } = new(StringComparer.Ordinal);

    public static JobOutcome Done() => new(failure: null, failsAlike: false);

    /// <param name="reason">In words for whoever runs the experiment.</param>
    /// <param name="failsAlike">Whether it would fail in the same way again.</param>
    public static JobOutcome Failed(string reason, bool failsAlike = false) => new(reason, failsAlike);

    /// <summary>Adds a JSON output. A number in it that is not finite is no result: it makes the outcome a failure.</summary>
    public JobOutcome With<T>(string name, T value) => IsFinite(name, value) ? With(name, ComposerJson.Write(value)) : this;

    /// <summary>Adds an output.</summary>
    public JobOutcome With(string name, byte[] content)
    {
        Outputs.Add(name, new JobContent(content, null));
        return this;
    }

    /// <summary>Adds a file as an output.</summary>
    public JobOutcome WithFile(string name, string path)
    {
        Outputs.Add(name, new JobContent(null, path));
        return this;
    }

    /// <summary>Adds a JSON document beside the outputs. A number in it that is not finite makes the outcome a failure.</summary>
    public JobOutcome WithBeside<T>(string name, T value)
    {
        if (IsFinite(name, value))
        {
            Beside.Add(name, new JobContent(ComposerJson.Write(value), null));
        }

        return this;
    }

    private bool IsFinite<T>(string name, T value)
    {
        if (FiniteNumbers.Missing(value) is not [var first, ..])
        {
            return true;
        }

        (Failure, FailsAlike) = (Failure ?? $"{name}: {first}, which is no result", true);
        return false;
    }
}

/// <summary>Bytes, or the path of a file that holds them.</summary>
public sealed record JobContent(byte[]? Bytes, string? Path)
{
    /// <summary>The bytes, wherever they are.</summary>
    public Stream OpenRead() => Bytes is not null ? new MemoryStream(Bytes, writable: false) : File.OpenRead(Path!);

    /// <summary>All of the bytes.</summary>
    public byte[] ReadAll() => Bytes ?? File.ReadAllBytes(Path!);
}

/// <summary>Something that a computation leaves and that other ones can use.</summary>
/// <param name="Preimage">All that it depends on.</param>
/// <param name="Kind">The record's kind.</param>
/// <param name="Label">What it is found by.</param>
/// <param name="Content">Its outputs.</param>
public sealed record JobByproduct(Preimage Preimage, string Kind, string Label, JobOutcome Content);
