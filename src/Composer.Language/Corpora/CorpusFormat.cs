namespace Composer.Language.Corpora;

/// <summary>The documents of files in order, under the name that the user wrote; disposed of where it can be.</summary>
internal delegate IDocumentCollection DocumentReader(string name, IReadOnlyList<string> paths, DocumentOptions options);

/// <summary>How documents stand in files of one kind, which an ending of their names tells.</summary>
/// <param name="Name">Persisted in digests of corpora.</param>
/// <param name="Title">For people: <c>JSONL</c>.</param>
/// <param name="Endings">With their dot, in lower case.</param>
/// <param name="Open">Opens files.</param>
internal sealed record CorpusFormat(
    string Name, string Title, IReadOnlyList<string> Endings, DocumentReader Open)
{
    /// <summary>Reads a file through and says how many documents it has; by default it reads each of them.</summary>
    /// <exception cref="Core.Diagnostics.UserInputException">Something in it is wrong.</exception>
    public Func<string, DocumentOptions, int>? Validate { get; init; }

    /// <summary>As <see cref="Validate"/>.</summary>
    public int CountDocuments(string path, DocumentOptions options)
    {
        if (Validate is not null)
        {
            return Validate(path, options);
        }

        var documents = Open(path, [path], options);
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
