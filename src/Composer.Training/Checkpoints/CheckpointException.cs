namespace Composer.Training.Checkpoints;

/// <summary>A checkpoint is damaged, is none, or belongs to another model; the message says what and where.</summary>
public sealed class CheckpointException : Exception
{
    public CheckpointException(string message)
        : base(message)
    {
    }

    public CheckpointException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
