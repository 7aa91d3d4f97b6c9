using System.IO.Enumeration;
using Composer.Pipeline.Graph;
using Composer.Store.Files;

namespace Composer.Pipeline.Scheduling;

/// <summary>Where on this machine a stage's job finds what its inputs name by content.</summary>
internal static class StagePlaces
{
    /// <summary>Its own places, and each output that it reads by its digest.</summary>
    public static IReadOnlyDictionary<string, string> Of(Stage stage, IStageResults results)
    {
        var places = new Dictionary<string, string>(stage.Places, StringComparer.Ordinal);
        foreach (var file in StoredOf(stage, results))
        {
            places[file.Digest.ToString()] = file.Path;
        }

        return places;
    }

    /// <summary>The outputs that it reads, their bytes compared with their digests.</summary>
    /// <exception cref="Store.Blobs.BlobCorruptException">One was damaged.</exception>
    public static IReadOnlyList<FileContent> StoredOf(Stage stage, IStageResults results) =>
    [
        .. stage.ReadsOutputs.Select(r => (Result: results[r.Stage], r.Output)).SelectMany(r => r.Result.Record.Outputs.Keys
            .Where(name => FileSystemName.MatchesSimpleExpression(r.Output, name, ignoreCase: false))
            .Select(r.Result.ContentOf)),
    ];
}
