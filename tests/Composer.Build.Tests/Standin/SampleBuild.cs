using Nuke.Common;

namespace Composer.Build.Tests.Standin;

/// <summary>A build that writes down what it does; each test says what its targets depend on and do.</summary>
public abstract class SampleBuild : NukeBuild
{
    /// <summary>Names of the targets that ran, in order, and events.</summary>
    internal static List<string> Events { get; } = [];

    protected internal override void OnBuildInitialized() => Events.Add("initialized");

    protected internal override void OnBuildFinished() => Events.Add("finished");

    protected static Action Note(string what) => () => Events.Add(what);
}
