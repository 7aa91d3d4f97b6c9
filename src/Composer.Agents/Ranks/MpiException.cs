namespace Composer.Agents.Ranks;

/// <summary>MPI is not there, or does not do what it should.</summary>
public sealed class MpiException : Exception
{
    /// <param name="message">For whoever runs the experiment.</param>
    public MpiException(string message)
        : base(message)
    {
    }
}
