using System.Collections.Concurrent;
using Composer.Core.Diagnostics;
using Composer.Store;
using Composer.Store.Files;

namespace Composer.Pipeline.Graph;

/// <summary>
/// The files outside the store as one plan or one run sees them: each as it was when it was first asked for, so that all stages
/// are made from the same bytes.
/// </summary>
/// <remarks>Safe to share between threads. A file that is not as it was when a stage reads it fails the stage.</remarks>
public sealed class PlannedFiles(StageStore store)
{
    private readonly ConcurrentDictionary<string, FileContent> files = new(StringComparer.Ordinal);

    /// <summary>Takes all that some stages will read, at once: what becomes of it later is no part of this run.</summary>
    /// <remarks>What is missing, the stage that reads it will say.</remarks>
    public void Take(IEnumerable<Stage> stages)
    {
        foreach (var stage in stages)
        {
            try
            {
                stage.ReadFiles(path => Of(path).Digest);
            }
            catch (Exception e) when (e is UserInputException or IOException or UnauthorizedAccessException)
            {
                // Said again where it matters.
            }
        }
    }

    /// <summary>The file of a path.</summary>
    public FileContent Of(string path) => files.GetOrAdd(path, store.ContentOf);
}
