using Composer.Core.Files;
using System.Text.Json;
using static System.FormattableString;

namespace Composer.Bench.Search;

/// <summary>Finished runs in a folder, one file each, so that an interrupted benchmark goes on where it was.</summary>
/// <param name="folder">Where; made when the first run is added.</param>
/// <param name="code">Names the code that computes runs: those of other code are as if not there.</param>
/// <param name="anyCode">Whether runs of other code count, too.</param>
internal sealed class SearchBenchmarkResults(string folder, string code, bool anyCode = false)
{
    /// <summary>The run, or null.</summary>
    public SearchBenchmarkRun? Find(string problem, string method, int seed)
    {
        var path = PathOf(problem, method, seed);
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            var stored = JsonSerializer.Deserialize<StoredRun>(File.ReadAllBytes(path));
            return stored is not null && (anyCode || stored.Code == code) ? stored.Run : null;
        }
        catch (JsonException)
        {
            // As good as absent: it is computed anew.
            return null;
        }
    }

    /// <summary>Keeps a run: whole or not at all.</summary>
    public void Add(SearchBenchmarkRun run)
    {
        var path = PathOf(run.Problem, run.Method, run.Seed);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        WholeFile.Quick.Write(path, JsonSerializer.SerializeToUtf8Bytes(new StoredRun(code, run)));
    }

    private string PathOf(string problem, string method, int seed) =>
        Path.Join(folder, problem, Invariant($"{method}-{seed}.json"));

    private sealed record StoredRun(string Code, SearchBenchmarkRun Run);
}
