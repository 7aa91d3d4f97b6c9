namespace Composer.Language.Corpora;

/// <summary>Token shards, one after the other, with where their documents begin.</summary>
public sealed class TokenShards : ITokenSource, IDisposable
{
    private readonly TokenShard[] shards;
    private readonly long[] starts;

    /// <param name="name">As the user wrote it.</param>
    /// <param name="paths">Files, in order.</param>
    /// <param name="vocabulary">Tokens must be below this.</param>
    /// <param name="withDocuments">Whether sidecars are read.</param>
    /// <exception cref="Composer.Core.Diagnostics.UserInputException">A header or sidecar is wrong.</exception>
    public TokenShards(string name, IReadOnlyList<string> paths, int vocabulary, bool withDocuments = true)
    {
        Name = name;
        shards = [.. paths.Select(p => new TokenShard(p, vocabulary, withDocuments))];
        starts = new long[shards.Length];
        for (var i = 0; i < shards.Length; i++)
        {
            starts[i] = Count;
            Count += shards[i].Count;
        }
    }

    /// <summary>As the user wrote it.</summary>
    public string Name { get; }

    public long Count { get; private set; }

    public void Read(long start, Span<int> destination)
    {
        var shard = Array.BinarySearch(starts, start);
        for (shard = shard < 0 ? ~shard - 1 : shard; destination.Length > 0; shard++)
        {
            var within = start - starts[shard];
            var count = (int)Math.Min(destination.Length, shards[shard].Count - within);
            shards[shard].Read(within, destination[..count]);
            destination = destination[count..];
            start += count;
        }
    }

    /// <summary>The first token of every document: from the sidecars, else wherever the mark of a document's begin stands.</summary>
    /// <param name="mark">The token that stands before each document, or null when none is known.</param>
    /// <exception cref="Composer.Core.Diagnostics.UserInputException">A shard has no sidecar and no mark is known.</exception>
    public long[] FindDocuments(int? mark)
    {
        var all = new List<long>();
        for (var i = 0; i < shards.Length; i++)
        {
            var documents = (IReadOnlyList<long>?)shards[i].Documents ?? FindMarks(shards[i], mark
                ?? throw LanguageMistake.Shard(
                    shards[i].Path,
                    "no sidecar says where its documents begin",
                    $"Put {TokenShard.SidecarOf(Path.GetFileName(shards[i].Path))} beside it, or name its tokenizer's file, whose mark "
                    + $"is then looked for."));
            foreach (var document in documents)
            {
                all.Add(starts[i] + document);
            }
        }

        return [.. all];
    }

    /// <summary>Where the last documents begin, read from the end; null where so many are not found there.</summary>
    /// <param name="documents">How many.</param>
    /// <param name="mark">The token that stands before each document of a shard without a sidecar.</param>
    /// <param name="mostTokens">How many tokens are read at most.</param>
    public long? FindLast(int documents, int mark, long mostTokens)
    {
        for (var i = shards.Length - 1; i >= 0; i--)
        {
            if (shards[i].Documents is { } known)
            {
                if (documents <= known.Length)
                {
                    return starts[i] + known[^documents];
                }

                documents -= known.Length;
                continue;
            }

            var buffer = new int[(int)Math.Min(shards[i].Count, 1 << 16)];
            for (var end = shards[i].Count; end > 0; end -= buffer.Length, mostTokens -= buffer.Length)
            {
                if (mostTokens <= 0)
                {
                    return null;
                }

                var start = Math.Max(0, end - buffer.Length);
                var tokens = buffer.AsSpan(0, (int)(end - start));
                shards[i].Read(start, tokens);
                for (var at = tokens.Length - 1; at >= 0; at--)
                {
                    if ((tokens[at] == mark || start + at == 0) && --documents == 0)
                    {
                        return starts[i] + start + at;
                    }
                }
            }
        }

        return null;
    }

    /// <summary>The file beside a shard that says where its documents begin.</summary>
    public static string SidecarOf(string path) => TokenShard.SidecarOf(path);

    public void Dispose() => Array.ForEach(shards, s => s.Dispose());

    private static IReadOnlyList<long> FindMarks(TokenShard shard, int mark)
    {
        var found = new List<long> { 0 };
        var buffer = new int[1 << 16];
        for (var start = 0L; start < shard.Count; start += buffer.Length)
        {
            var tokens = buffer.AsSpan(0, (int)Math.Min(buffer.Length, shard.Count - start));
            shard.Read(start, tokens);
            for (var i = 0; i < tokens.Length; i++)
            {
                if (tokens[i] == mark && start + i > 0)
                {
                    found.Add(start + i);
                }
            }
        }

        return found;
    }
}
