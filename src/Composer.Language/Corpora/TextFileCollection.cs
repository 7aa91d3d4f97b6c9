namespace Composer.Language.Corpora;

/// <summary>
/// Plain text files. Documents are parted by lines <c>&lt;|endoftext|&gt;</c>; in a file without any, by blank lines.
/// </summary>
/// <remarks>Held in memory.</remarks>
public sealed class TextFileCollection : IDocumentCollection
{
    private const string Separator = "<|endoftext|>";

    private readonly List<string> documents = [];

    /// <param name="name">As the user wrote it.</param>
    /// <param name="paths">Files, in order.</param>
    public TextFileCollection(string name, IReadOnlyList<string> paths)
    {
        Name = name;
        foreach (var path in paths)
        {
            var text = File.ReadAllText(path).ReplaceLineEndings("\n");
            var parts = text.Contains(Separator, StringComparison.Ordinal)
                ? text.Split(Separator)
                : text.Split("\n\n");
            documents.AddRange(parts.Select(p => p.Trim('\n')).Where(p => p.AsSpan().Trim().Length > 0));
        }
    }

    public string Name { get; }

    public int Count => documents.Count;

    public string Read(int index) => documents[index];
}
