namespace Composer.Pipeline.Jobs;

/// <summary>Scores one checkpoint on multiple-choice tasks and times its decoding.</summary>
public sealed record LmEvalJob : Job
{
    /// <summary>Path of the weights, safetensors.</summary>
    public required string Weights { get; init; }

    /// <summary>Path of the tokenizer; null for bytes.</summary>
    public string? Tokenizer { get; init; }

    public required IReadOnlyList<string> Tasks { get; init; }

    /// <summary>Folder with the tasks' JSONL files.</summary>
    public required string Data { get; init; }

    public required int Shots { get; init; }

    /// <summary>Questions a task at most; 0 takes all.</summary>
    public required int Limit { get; init; }

    /// <summary>Lengths at which decoding is timed.</summary>
    public required IReadOnlyList<int> Lengths { get; init; }

    /// <summary>Of the built-in tasks' questions and of the decoding's prompt.</summary>
    public required ulong Seed { get; init; }
}
