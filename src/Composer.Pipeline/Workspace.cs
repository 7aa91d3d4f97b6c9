using Composer.Core.Code;

namespace Composer.Pipeline;

/// <summary>Where a clone keeps what. Everything that a run writes lies under <see cref="Artifacts"/>.</summary>
[CodeBoundary]
public sealed class Workspace
{
    /// <param name="root">The clone: the folder that holds <c>experiments</c>.</param>
    /// <param name="artifacts">Another place for what runs write, or null.</param>
    public Workspace(string root, string? artifacts = null)
    {
        Root = Path.GetFullPath(root);
        Artifacts = Path.GetFullPath(artifacts ?? Path.Combine(Root, "artifacts"));
    }

    public string Root { get; }

    public string Artifacts { get; }

    public string Experiments => Path.Combine(Root, "experiments");

    public string Store => Path.Combine(Artifacts, "store");

    public string Logs => Path.Combine(Artifacts, "logs");

    public string Reports => Path.Combine(Artifacts, "reports");

    /// <summary>A folder for each run: its jobs and what its agents said.</summary>
    public string Runs => Path.Combine(Artifacts, "runs");

    /// <summary>A folder for each stage under way, by key: checkpoints that a later run continues from.</summary>
    public string Work => Path.Combine(Artifacts, "work");

    /// <summary>A folder for each <c>run --check</c> under way.</summary>
    public string Checks => Path.Combine(Artifacts, "check");

    /// <summary>The folder of the stage of a key.</summary>
    public string WorkOf(Core.Digest key) => Path.Combine(Work, key.ToString());

    /// <summary>The nearest folder at or above this one that holds <c>experiments</c>; null when there is none.</summary>
    public static string? FindRoot(string start)
    {
        for (var folder = new DirectoryInfo(Path.GetFullPath(start)); folder is not null; folder = folder.Parent)
        {
            if (Directory.Exists(Path.Combine(folder.FullName, "experiments")))
            {
                return folder.FullName;
            }
        }

        return null;
    }
}
