namespace Composer.Language.Corpora;

/// <summary>How documents stand in files of one kind, which an ending of their names tells.</summary>
/// <param name="Name">Persisted in digests of corpora.</param>
/// <param name="Title">For people: <c>JSONL</c>.</param>
/// <param name="Endings">With their dot, in lower case.</param>
/// <param name="Open">The documents of files in order, under the name that the user wrote; disposed of where it can be.</param>
internal sealed record CorpusFormat(
    string Name, string Title, IReadOnlyList<string> Endings, Func<string, IReadOnlyList<string>, IDocumentCollection> Open)
{
    /// <summary>Reads a file through and says how many documents it has; by default it reads each of them.</summary>
    /// <exception cref="Core.Diagnostics.UserInputException">Something in it is wrong.</exception>
    public Func<string, int>? Validate { get; init; }

    /// <summary>As <see cref="Validate"/>.</summary>
    public int CountDocuments(string path)
    {
        if (Validate is not null)
        {
            return Validate(path);
        }

        var documents = Open(path, [path]);
        using (documents as IDisposable)
        {
            for (var i = 0; i < documents.Count; i++)
            {
                documents.Read(i);
            }

            return documents.Count;
        }
    }
}
