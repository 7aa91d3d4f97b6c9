using Composer.Cli.Terminal;
using Composer.Pipeline.Graph;
using Composer.Pipeline.Progress;
using Spectre.Console;

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
        : ShowsTable(graph) ? new LiveRunDisplay(AnsiConsole.Console, graph, TimeProvider.System)
        : new PlainRunDisplay(Console.Out, TimeProvider.System);

    /// <summary>On a terminal that can move its cursor, and where all of it fits.</summary>
    private static bool ShowsTable(StageGraph graph) =>
        !Console.IsOutputRedirected
        && AnsiConsole.Profile.Capabilities.Ansi
        && LiveTable.Fits([.. graph.Stages.Select(s => s.Name)], TerminalWidth.Current, TerminalWidth.CurrentHeight);
}
