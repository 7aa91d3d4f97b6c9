using Composer.Testing.Workspaces;

namespace Composer.Crash.Tests;

/// <summary>The tiny experiment, a little longer, and what it gives when nothing disturbs it.</summary>
public sealed class CrashExperiment : IDisposable
{
    /// <summary>The collection of all tests that disturb it, one at a time.</summary>
    public const string Collection = "crash";

    internal static readonly string[] Settings =
    [
        "--set",
        "search.layers=3",
        "--set",
        "evaluate.epochs=6",
        "--set",
        "pretrain.tokens=60000",
        "--set",
        "pretrain.checkpoint_seconds=1",
    ];

    private readonly ExperimentWorkspace undisturbed = new();

    public CrashExperiment()
    {
        var run = undisturbed.Run(Settings).Expect(0);
        Length = run.Time;
        Outputs = undisturbed.Outputs();
    }

    /// <summary>From the start of the process to its end.</summary>
    public TimeSpan Length { get; }

    /// <summary>Kind and key of each stage → digests of its outputs.</summary>
    public IReadOnlyDictionary<string, string> Outputs { get; }

    /// <summary>
    /// Asserts that another workspace came to the same outputs. Where a pre-training failed, the models that there were have been timed
    /// without it: that is beside them.
    /// </summary>
    public void AssertSame(ExperimentWorkspace other)
    {
        var outputs = other.Outputs();
        Assert.Equal(Outputs, outputs.Where(o => Outputs.ContainsKey(o.Key)));
        Assert.All(
            outputs.Where(o => !Outputs.ContainsKey(o.Key)),
            o => Assert.StartsWith("efficiency ", o.Key, StringComparison.Ordinal));
    }

    public void Dispose() => undisturbed.Dispose();
}

/// <summary>Shares the undisturbed experiment.</summary>
[CollectionDefinition(CrashExperiment.Collection)]
public sealed class CrashCollection : ICollectionFixture<CrashExperiment>;
