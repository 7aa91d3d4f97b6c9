using Composer.Core;
using Composer.Language.Corpora;

namespace Composer.Stages.Evaluate;

/// <summary>Where a job finds a corpus and its tokenizer, of which its inputs hold the digest alone.</summary>
internal static class CorpusPlaces
{
    private const string Corpus = "corpus";
    private const string Tokenizer = "tokenizer";
    private const string Folder = "folder";

    /// <summary>The places of a corpus.</summary>
    /// <param name="settings">With the paths that the user wrote.</param>
    /// <param name="folder">Where relative ones start.</param>
    public static IReadOnlyDictionary<string, string> Of(CorpusSettings settings, string folder) => new Dictionary<string, string>
    {
        [Corpus] = settings.Corpus,
        [Tokenizer] = settings.Tokenizer,
        [Folder] = folder,
    };

    /// <summary>The corpus, from its places.</summary>
    public static PreparedCorpus Prepare(
        CorpusSettings settings, Seed seed, IReadOnlyDictionary<string, string> places, CancellationToken cancellation) =>
        CorpusPreparation.Prepare(
            settings with { Corpus = places[Corpus], Tokenizer = places[Tokenizer] }, seed, places[Folder], cancellation);
}
