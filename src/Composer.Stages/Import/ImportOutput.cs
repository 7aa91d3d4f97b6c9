using Composer.Stages.Extrapolate;

namespace Composer.Stages.Import;

/// <summary>The output <c>import.json</c>: what model came in.</summary>
public sealed record ImportOutput
{
    /// <summary>The output's name.</summary>
    public const string Name = "import.json";

    /// <summary>Its order with its widths and costs.</summary>
    public required ArchitectureOutput Model { get; init; }

    /// <summary>All parameters, embedding and norms too.</summary>
    public required long Parameters { get; init; }

    public required int Vocabulary { get; init; }

    /// <summary>Tokens of its window.</summary>
    public required int MaximumLength { get; init; }

    /// <summary>The type that its numbers came in, and are kept in.</summary>
    public required string Type { get; init; }
}
