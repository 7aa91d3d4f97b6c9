using Composer.Architecture;
using Composer.Mad.Evaluation;
using Composer.Mad.Tasks;

namespace Composer.Pipeline.Jobs;

/// <summary>Trainings of one candidate, in turn; each result is handed over as soon as it is there.</summary>
public sealed record EvaluateJob : Job
{
    /// <summary>The candidate's layers, one letter each.</summary>
    public required string Layers { get; init; }

    /// <summary>Its widths.</summary>
    public required ModelShape Shape { get; init; }

    public required IReadOnlyList<EvaluationUnitJob> Units { get; init; }
}

/// <summary>One training: on a MAD task or on text.</summary>
public sealed record EvaluationUnitJob
{
    /// <summary>The unit's key; names the file of its result.</summary>
    public required string Key { get; init; }

    /// <summary>The seed of data, order and initial parameters.</summary>
    public required ulong Seed { get; init; }

    public MadUnit? Mad { get; init; }

    public TextUnit? Text { get; init; }
}

/// <summary>A MAD task with its difficulty, and how to train on it.</summary>
public sealed record MadUnit(string Task, MadTaskSettings Difficulty, EvaluationSettings Settings);
