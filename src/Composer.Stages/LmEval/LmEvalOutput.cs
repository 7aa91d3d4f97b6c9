using System.Text.Json.Serialization;

namespace Composer.Stages.LmEval;

/// <summary>The output <c>lm-eval.json</c>: a model's scores on tasks.</summary>
public sealed record LmEvalOutput
{
    /// <summary>The output's name.</summary>
    public const string Name = "lm-eval.json";

    /// <summary>The output in lm-evaluation-harness's shape.</summary>
    public const string HarnessName = "results.json";

    /// <summary>Of the tasks that have an accuracy and at least one scored question.</summary>
    public required IReadOnlyList<TaskAccuracy> Tasks { get; init; }

    /// <summary>How surprising text is, of the tasks that measure it; a number too large to be one is left out.</summary>
    public IReadOnlyList<TaskPerplexity> Perplexities { get; init; } = [];

    /// <summary>Generated tasks of whose questions none fits the window.</summary>
    public IReadOnlyList<string> NotScored { get; init; } = [];

    /// <summary>The loss on held-out text by the length of its windows; null where none but that of training was asked for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public LengthOutput? Lengths { get; init; }

    public required int Shots { get; init; }
}

/// <summary>A model's score on one task.</summary>
public sealed record TaskAccuracy
{
    public required string Task { get; init; }

    /// <summary>Questions that were scored.</summary>
    public required int Questions { get; init; }

    /// <summary>Generated questions that were not scored, since a choice is longer than the window; no accuracy counts them.</summary>
    public int LeftOut { get; init; }

    /// <summary>Scored questions of which the beginning of a context was cut off to fit the window, as the harness does.</summary>
    public int ContextCut { get; init; }

    /// <summary>Share of questions answered right.</summary>
    public required double Accuracy { get; init; }

    /// <summary>Standard error of <see cref="Accuracy"/>; null of a single question.</summary>
    public double? AccuracyStandardError { get; init; }

    /// <summary>The same with log-probabilities divided by the length of the choice; null where the harness has none.</summary>
    public double? NormalizedAccuracy { get; init; }

    public double? NormalizedAccuracyStandardError { get; init; }

    /// <summary>Expected accuracy of guessing.</summary>
    public required double Chance { get; init; }
}

/// <summary>How surprising a task's text is.</summary>
public sealed record TaskPerplexity
{
    public required string Task { get; init; }

    /// <summary>The harness's name of what is measured, such as <c>word_perplexity</c>.</summary>
    public required string Metric { get; init; }

    /// <summary>Documents that were scored.</summary>
    public required int Documents { get; init; }

    /// <summary>Lower is better; bits a byte, all else as perplexity.</summary>
    public required double Value { get; init; }

    /// <summary>Standard error of <see cref="Value"/>; null where the harness has none.</summary>
    public double? StandardError { get; init; }
}
