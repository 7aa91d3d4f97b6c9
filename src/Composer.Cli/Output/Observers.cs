using Composer.Pipeline.Graph;
using Composer.Pipeline.Planning;
using Composer.Pipeline.Progress;

namespace Composer.Cli.Output;

/// <summary>Several observers as one.</summary>
internal sealed class Observers(params IReadOnlyList<IRunObserver> observers) : IRunObserver
{
    public void On(PipelineEvent happened)
    {
        foreach (var observer in observers)
        {
            observer.On(happened);
        }
    }
}

/// <summary>Shows a run until disposed.</summary>
internal interface IRunDisplay : IRunObserver, IDisposable;

/// <summary>Chooses how a run is shown.</summary>
internal static class RunObservers
{
    public static IRunDisplay Create(bool json, StageGraph graph) =>
        json ? new JsonRunDisplay(Console.Out)
        : Console.IsOutputRedirected || !Spectre.Console.AnsiConsole.Profile.Capabilities.Ansi ? new PlainRunDisplay(Console.Out)
        : new LiveRunDisplay(Spectre.Console.AnsiConsole.Console, graph, TimeProvider.System);
}
