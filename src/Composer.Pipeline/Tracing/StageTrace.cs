using Composer.Core;
using Composer.Pipeline.Results;

namespace Composer.Pipeline.Tracing;

/// <summary>One stage on the way from a number to its inputs, with everything compared again.</summary>
public sealed record StageTrace
{
    public required string Name { get; init; }

    public required string Kind { get; init; }

    public required Digest Key { get; init; }

    /// <summary>Whether the fields of the record still hash to the key.</summary>
    public required bool KeyHolds { get; init; }

    public required Digest Output { get; init; }

    /// <summary>Every blob of the record, read again.</summary>
    public required IReadOnlyList<TracedBlob> Blobs { get; init; }

    /// <summary>What the key covers, each with where it was said.</summary>
    public required IReadOnlyList<TracedField> Fields { get; init; }

    /// <summary>The stages that it reads.</summary>
    public required IReadOnlyList<TracedInput> Inputs { get; init; }

    /// <summary>Results behind this one that no stage stands for, such as a search's evaluations.</summary>
    public required TracedCount Behind { get; init; }

    /// <summary>Whether this composer has the same code for it; null where its inputs cannot be read any more.</summary>
    public required bool? CodeIsCurrent { get; init; }

    public required DateTimeOffset Created { get; init; }

    public required double Seconds { get; init; }

    public required string Machine { get; init; }

    public AcceptedOutput? Accepted { get; init; }

    /// <summary>Whether every digest is right.</summary>
    public bool IsWhole => KeyHolds && Blobs.All(b => b.State == BlobState.Whole) && Inputs.All(i => i.Holds) && Behind.Wrong.Count == 0;
}

/// <summary>What became of a blob.</summary>
public enum BlobState
{
    /// <summary>Its bytes are those of its name.</summary>
    Whole = 0,

    /// <summary>They are others.</summary>
    Corrupt = 1,

    /// <summary>It is gone.</summary>
    Missing = 2,
}

/// <summary>A blob that was read again.</summary>
public sealed record TracedBlob(string Name, Digest Digest, long Size, BlobState State);

/// <summary>A field of a key.</summary>
/// <param name="Origin"><c>file(line,column)</c>, <c>default</c>, or another place; null for what no manifest says.</param>
public sealed record TracedField(string Path, string Value, string? Origin);

/// <summary>A stage that another one reads.</summary>
/// <param name="Stage">Its name.</param>
/// <param name="Fields">The fields of the reader's key that name its result.</param>
/// <param name="Holds">Whether they name the result that is there.</param>
public sealed record TracedInput(string Stage, IReadOnlyList<string> Fields, bool Holds);

/// <summary>Results that were read again together.</summary>
/// <param name="Count">How many.</param>
/// <param name="Wrong">What is not right with some of them.</param>
public sealed record TracedCount(int Count, IReadOnlyList<string> Wrong);
