using Composer.Pipeline;
using static System.FormattableString;

namespace Composer.Bench.Measuring;

/// <summary>A folder on the disk of the artifacts, for as long as a measurement lasts.</summary>
internal sealed class MeasuringFolder(Workspace workspace, string name) : IDisposable
{
    public string Path { get; } = System.IO.Path.Combine(
        workspace.Artifacts,
        Invariant($"bench-{name}-{Environment.ProcessId}"));

    public void Dispose()
    {
        if (Directory.Exists(Path))
        {
            Directory.Delete(Path, recursive: true);
        }
    }
}
