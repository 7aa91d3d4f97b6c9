using Composer.Pipeline.Progress;

namespace Composer.Pipeline.Tests;

/// <summary>Follows a run and keeps what happened.</summary>
internal sealed class Recorder : IRunObserver
{
    public List<PipelineEvent> Events { get; } = [];

    /// <summary>Called with each event.</summary>
    public Action<PipelineEvent> Happened { get; init; } = _ => { };

    public void On(PipelineEvent happened)
    {
        Events.Add(happened);
        Happened(happened);
    }

    public IEnumerable<T> Of<T>() => Events.OfType<T>();
}
