namespace Composer.Training.Models;

/// <summary>
/// This machine lacks what an engine needs: its assembly, a GPU. The command ends with
/// <see cref="Composer.Core.ExitCode.Blocked"/>; the message says what is missing and how to get it.
/// </summary>
public sealed class EngineUnavailableException : Exception
{
    public EngineUnavailableException(string message)
        : base(message)
    {
    }

    public EngineUnavailableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
