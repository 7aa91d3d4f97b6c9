namespace Composer.Pipeline.Jobs;

/// <summary>An agent could not do a job that a stage cannot do without: it died, or its disk is full, or it has a bug.</summary>
public sealed class JobFailedException(string message) : Exception(message);
