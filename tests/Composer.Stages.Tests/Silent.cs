using Composer.Pipeline.Progress;

namespace Composer.Stages.Tests;

/// <summary>Follows a run without a word.</summary>
internal sealed class Silent : IRunObserver
{
    public void On(PipelineEvent happened)
    {
    }
}
