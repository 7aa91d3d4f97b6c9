using System.Globalization;
using Composer.Pipeline;

namespace Composer.Cli.Commands;

/// <summary>A folder on the disk of the artifacts, for as long as a measurement lasts.</summary>
internal sealed class BenchFolder(Workspace workspace, string name) : IDisposable
{
    public string Path { get; } = System.IO.Path.Combine(
        workspace.Artifacts,
        string.Create(CultureInfo.InvariantCulture, $"bench-{name}-{Environment.ProcessId}"));

    public void Dispose()
    {
        if (Directory.Exists(Path))
        {
            Directory.Delete(Path, recursive: true);
        }
    }
}
