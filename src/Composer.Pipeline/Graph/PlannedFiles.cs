using System.Collections.Concurrent;
using Composer.Store;
using Composer.Store.Files;

namespace Composer.Pipeline.Graph;

/// <summary>
/// The files outside the store as one plan or one run sees them: each as it was when it was first asked for, so that all stages
/// are made from the same bytes.
/// </summary>
/// <remarks>Safe to share between threads.</remarks>
public sealed class PlannedFiles(StageStore store)
{
    private readonly ConcurrentDictionary<string, FileContent> files = new(StringComparer.Ordinal);

    /// <summary>The file of a path.</summary>
    public FileContent Of(string path) => files.GetOrAdd(path, store.ContentOf);
}
