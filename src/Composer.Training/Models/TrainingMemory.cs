namespace Composer.Training.Models;

/// <summary>What an engine has allocated for a model that trains.</summary>
/// <param name="ParameterBytes">Parameters without padding, 16 bytes each: value, gradient and two moments.</param>
/// <param name="StoreBytes">Values, the copies of them that products take, and the moments, padding included.</param>
/// <param name="GradientBytes">Gradients of all shards of a batch, or the one gradient of a large model and the embedded rows that wait to
/// be added to it.</param>
/// <param name="ActivationBytes">Activations of what a worker takes at once (the CPU engine: one sequence): those of the worker that has
/// the most.</param>
/// <param name="Workers">Threads, each with activations of its own.</param>
public sealed record TrainingMemory(long ParameterBytes, long StoreBytes, long GradientBytes, long ActivationBytes, int Workers)
{
    /// <summary>What training cannot do without for each parameter.</summary>
    public const int BytesPerParameter = 16;

    /// <summary>All that the engine holds, at most.</summary>
    public long TotalBytes => StoreBytes + GradientBytes + (ActivationBytes * Workers);
}
