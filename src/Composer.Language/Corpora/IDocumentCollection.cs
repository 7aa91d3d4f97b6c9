namespace Composer.Language.Corpora;

/// <summary>Documents of text that can be read in any order.</summary>
/// <remarks>Quick in ascending order: a packed file is read on from where it is, and again from its start for what lies before.</remarks>
public interface IDocumentCollection
{
    /// <summary>For people: <c>stories</c>, or the path as given.</summary>
    string Name { get; }

    /// <summary>Number of documents.</summary>
    int Count { get; }

    /// <summary>Bad lines and rows that are no documents, where they are left out instead of refused.</summary>
    long Skipped => 0;

    /// <summary>The text of one document.</summary>
    string Read(int index);
}
