using Composer.Core;

namespace Composer.Language.Corpora;

/// <summary>The corpus <c>stories</c> of an experiment, each document with whether it is held out.</summary>
public sealed class GeneratedStories
{
    private readonly StoriesCollection stories;
    private readonly HashSet<int> heldOut;

    /// <param name="seed">Of the corpus: the manifest's for pretrain, <see cref="SeedOfSearch"/> for the search's task.</param>
    /// <param name="documents">Documents to train on.</param>
    /// <param name="validation">Documents held out.</param>
    public GeneratedStories(Seed seed, int documents, int validation)
    {
        stories = TextCorpus.StoriesOf(seed, documents, validation);
        heldOut = [.. DocumentSplit.Of(stories.Name, stories.Count, documents, validation, seed).Validation];
    }

    /// <summary>The seed of the corpus of the search's task <c>text</c>.</summary>
    /// <param name="manifest">The manifest's.</param>
    public static Seed SeedOfSearch(Seed manifest) => manifest.Derive("text-corpus");

    /// <summary>The text of one document.</summary>
    public string Read(int index) => stories.Read(index);

    /// <summary>Whether a document is held out.</summary>
    public bool IsHeldOut(int index) => heldOut.Contains(index);
}
