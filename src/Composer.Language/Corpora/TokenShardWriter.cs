using System.Runtime.InteropServices;

namespace Composer.Language.Corpora;

/// <summary>Writes a token shard as llm.c reads it, and its sidecar of document offsets.</summary>
public static class TokenShardWriter
{
    /// <param name="path">The shard; <c>.idx</c> is added for the sidecar.</param>
    /// <param name="documents">Tokens of each document, marks included; none empty.</param>
    /// <param name="vocabulary">Up to 65,536 makes uint16 tokens, more uint32.</param>
    public static void Write(string path, IEnumerable<IReadOnlyList<int>> documents, int vocabulary)
    {
        using var shard = new TokenShardStream(path, vocabulary);
        foreach (var document in documents)
        {
            shard.Add([.. document]);
        }

        shard.Finish();
    }

    /// <summary>Writes documents into as many shards as they need, <c>NAME-00000.bin</c> and so on; none is cut in two.</summary>
    /// <param name="folder">Where.</param>
    /// <param name="name">What the shards' names begin with.</param>
    /// <param name="documents">At least one.</param>
    /// <param name="vocabulary">Up to 65,536 makes uint16 tokens, more uint32.</param>
    /// <param name="mostTokens">Of one shard, unless one document alone has more.</param>
    /// <returns>The shards' paths, in order.</returns>
    internal static IReadOnlyList<string> Write(
        string folder, string name, IEnumerable<EncodedDocuments> documents, int vocabulary, int mostTokens)
    {
        var paths = new List<string>();
        TokenShardStream? shard = null;
        try
        {
            foreach (var batch in documents)
            {
                var all = CollectionsMarshal.AsSpan(batch.Tokens);
                var start = 0;
                foreach (var end in batch.Ends)
                {
                    if (shard is null || (shard.Count > 0 && shard.Count > mostTokens - (end - start)))
                    {
                        Close(shard);
                        paths.Add(Path.Combine(folder, FormattableString.Invariant($"{name}-{paths.Count:d5}{TokenShard.Ending}")));
                        shard = new TokenShardStream(paths[^1], vocabulary);
                    }

                    shard.Add(all[start..end]);
                    start = end;
                }
            }

            Close(shard);
            return paths;
        }
        finally
        {
            shard?.Dispose();
        }

        static void Close(TokenShardStream? shard)
        {
            shard?.Finish();
            shard?.Dispose();
        }
    }
}
