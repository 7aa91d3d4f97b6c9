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
            if (results[input] is var result && result.Record.Outputs.TryGetValue(output, out var blob))
            {
                places[blob.Digest.ToString()] = result.PathOf(output);
            }
        }

        return places;
    }
}
