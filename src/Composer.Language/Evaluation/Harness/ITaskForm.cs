using System.Text.Json;
using System.Text.Json.Nodes;

namespace Composer.Language.Evaluation.Harness;

/// <summary>How the rows of a task's files become questions. Stateless and thread-safe.</summary>
internal interface ITaskForm
{
    /// <summary>As manifests and the harness name it.</summary>
    string Name { get; }

    /// <summary>Raised when a question or prompt changes.</summary>
    double Version { get; }

    TaskOutput Output { get; }

    /// <summary>What is reported, in the harness's order.</summary>
    IReadOnlyList<EvaluationMetric> Metrics { get; }

    /// <summary>Whether the harness draws one example more than it shows, so as to drop the question itself.</summary>
    bool DrawsOneMore { get; }

    /// <summary>Whether examples are drawn from the questions, since the task has no other split.</summary>
    bool DrawsFromQuestions { get; }

    string Description { get; }

    string TargetDelimiter { get; }

    string FewshotDelimiter { get; }

    /// <summary>The question of a row.</summary>
    /// <exception cref="FormatException">A field is wrong.</exception>
    /// <exception cref="KeyNotFoundException">A field is missing.</exception>
    /// <exception cref="InvalidOperationException">A field is of another type.</exception>
    TaskQuestion Read(JsonElement row);

    /// <summary>The document of a question as the harness has it, with what the task adds to its row.</summary>
    JsonElement DocumentOf(TaskQuestion question);

    /// <summary>The task's own part of the harness's configuration.</summary>
    JsonObject Configure();
}
