namespace Composer.Training.Models;

/// <summary>A model that can say what its training takes; beside <see cref="ITrainableModel"/>.</summary>
public interface IReportsMemory
{
    /// <summary>Of the largest batch so far where activations depend on it.</summary>
    TrainingMemory Memory { get; }
}
