using Composer.Core;
using Composer.Language.Corpora.Stories;

namespace Composer.Language.Corpora;

/// <summary>The built-in corpus: generated stories; a document is made when it is read.</summary>
/// <param name="seed">Of the collection.</param>
/// <param name="count">Number of stories.</param>
public sealed class StoriesCollection(Seed seed, int count) : IDocumentCollection
{
    public string Name => "stories";

    public int Count => count;

    public string Read(int index) => StoryGenerator.Create(seed, index).Text;
}
