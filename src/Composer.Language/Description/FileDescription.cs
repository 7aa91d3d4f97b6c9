using Composer.Core.Diagnostics;

namespace Composer.Language.Description;

/// <summary>What a file is, for people.</summary>
/// <param name="Path">Of the file.</param>
/// <param name="Kind">In a few words: <c>JSONL, packed with zstd</c>.</param>
/// <param name="Bytes">On the disk.</param>
public sealed record FileDescription(string Path, string Kind, long Bytes)
{
    /// <summary>What else is known, each under its name.</summary>
    public IReadOnlyList<(string Name, string Value)> Facts { get; init; } = [];

    /// <summary>The fields of JSONL, the columns of Parquet, the tensors of weights, each with its kind.</summary>
    public IReadOnlyList<(string Name, string Kind)> Fields { get; init; } = [];

    /// <summary>The beginning of what is in it, an item each, uncut.</summary>
    public IReadOnlyList<string> Samples { get; init; } = [];

    /// <summary>Why it cannot be used as what it is; empty where it can.</summary>
    public IReadOnlyList<Diagnostic> Mistakes { get; init; } = [];
}
