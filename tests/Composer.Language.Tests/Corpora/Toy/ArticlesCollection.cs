using Composer.Language.Corpora;

namespace Composer.Language.Tests.Corpora.Toy;

/// <summary>A toy: articles under their titles, each title a line between equals signs, which is no part of the text.</summary>
internal sealed class ArticlesCollection : IDocumentCollection, IDisposable
{
    private readonly List<string> articles = [];

    public ArticlesCollection(string name, IReadOnlyList<string> paths)
    {
        Name = name;
        foreach (var line in paths.SelectMany(File.ReadLines))
        {
            if (line.StartsWith("== ", StringComparison.Ordinal))
            {
                articles.Add("");
            }
            else
            {
                articles[^1] += line;
            }
        }
    }

    /// <summary>How often one was let go of.</summary>
    public static int Disposed { get; private set; }

    public string Name { get; }

    public int Count => articles.Count;

    public string Read(int index) => articles[index];

    public void Dispose() => Disposed++;
}
