namespace Composer.Language.Evaluation;

/// <summary>How tasks are scored.</summary>
public sealed record HarnessSettings
{
    /// <summary>Solved examples before each question.</summary>
    public int Shots { get; init; }

    /// <summary>Longest sequence that is scored; a model's own maximum when 0.</summary>
    public int MaximumLength { get; init; }

    /// <summary>Whether special tokens go around every request; null: as the tokenizer does by itself.</summary>
    public bool? AddBosToken { get; init; }

    /// <summary>Whether each question's requests and scores are kept.</summary>
    public bool KeepSamples { get; init; }

    /// <summary>Threads for what is not the model's; never changes a result.</summary>
    public int Threads { get; init; } = 1;
}
