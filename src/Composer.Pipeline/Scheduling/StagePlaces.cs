using System.IO.Enumeration;
using Composer.Pipeline.Graph;

namespace Composer.Pipeline.Scheduling;

/// <summary>Where on this machine a stage's job finds what its inputs name by content.</summary>
internal static class StagePlaces
{
    /// <summary>Its own places, and each output that it reads by its digest.</summary>
    public static IReadOnlyDictionary<string, string> Of(Stage stage, IStageResults results)
    {
        var places = new Dictionary<string, string>(stage.Places, StringComparer.Ordinal);
        foreach (var (input, output) in stage.ReadsOutputs)
        {
            var result = results[input];
            var read = result.Record.Outputs.Where(o => FileSystemName.MatchesSimpleExpression(output, o.Key, ignoreCase: false));
            foreach (var (name, blob) in read)
            {
                places[blob.Digest.ToString()] = result.PathOf(name);
            }
        }

        return places;
    }
}
