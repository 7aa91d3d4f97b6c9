using Composer.Testing.Execution;
using Composer.Testing.Workspaces;

namespace Composer.Cli.Tests.Workspaces;

/// <summary>The tiny experiment run once; tests copy what it left.</summary>
public sealed class ComputedExperiment : IDisposable
{
    /// <summary>The collection of all tests that call composer: one at a time, since some measure times.</summary>
    public const string Collection = "composer";

    private readonly ExperimentWorkspace workspace = new();
    private readonly Lazy<ExperimentWorkspace> longer;

    public ComputedExperiment()
    {
        PlanBefore = workspace.Call("plan", TinyExperiment.Name, "--json");
        First = workspace.Run();
        longer = new Lazy<ExperimentWorkspace>(() =>
        {
            var undisturbed = new ExperimentWorkspace();
            undisturbed.Run(TinyExperiment.Longer).Expect(0);
            return undisturbed;
        });
    }

    /// <summary>The plan before anything ran.</summary>
    internal CompletedCall PlanBefore { get; }

    /// <summary>The run in the empty workspace.</summary>
    internal CompletedCall First { get; }

    /// <summary>The workspace as the first run left it; not to be changed.</summary>
    internal ExperimentWorkspace Workspace => workspace;

    /// <summary>The longer variant, run once and undisturbed; not to be changed.</summary>
    internal ExperimentWorkspace Undisturbed => longer.Value;

    public void Dispose()
    {
        workspace.Dispose();
        if (longer.IsValueCreated)
        {
            longer.Value.Dispose();
        }
    }
}

/// <summary>Shares the computed experiment.</summary>
[CollectionDefinition(ComputedExperiment.Collection)]
public sealed class ComposerCollection : ICollectionFixture<ComputedExperiment>;
