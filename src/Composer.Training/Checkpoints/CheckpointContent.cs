namespace Composer.Training.Checkpoints;

/// <summary>How much of a model's state a checkpoint holds.</summary>
public enum CheckpointContent
{
    /// <summary>Parameters alone: enough to score or to decode.</summary>
    Weights = 0,

    /// <summary>AdamW's moments and the number of updates too: enough to resume bit for bit.</summary>
    Full = 1,
}
