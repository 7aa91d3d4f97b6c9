namespace Composer.Language.Corpora;

/// <summary>Several collections, one after the other.</summary>
/// <param name="name">For people.</param>
/// <param name="parts">Disposed of with this, where they can be.</param>
internal sealed class JoinedCollection(string name, IReadOnlyList<IDocumentCollection> parts) : IDocumentCollection, IDisposable
{
    private readonly int[] ends = EndsOf(parts);

    public string Name => name;

    public int Count => ends.LastOrDefault();

    public long Skipped => parts.Sum(p => p.Skipped);

    public string Read(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        var part = 0;
        while (ends[part] <= index)
        {
            part++;
        }

        return parts[part].Read(part == 0 ? index : index - ends[part - 1]);
    }

    public void Dispose()
    {
        foreach (var part in parts.OfType<IDisposable>())
        {
            part.Dispose();
        }
    }

    private static int[] EndsOf(IReadOnlyList<IDocumentCollection> parts)
    {
        var (ends, end) = (new int[parts.Count], 0);
        for (var i = 0; i < ends.Length; i++)
        {
            ends[i] = end = checked(end + parts[i].Count);
        }

        return ends;
    }
}
