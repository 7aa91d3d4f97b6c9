using Composer.Core.Code;
using Composer.Language.Corpora;
using Composer.Pipeline.Jobs;

namespace Composer.Stages.Tokenize;

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

    /// <summary>The settings with the paths that the user wrote, and where relative ones start.</summary>
    public static (CorpusSettings Settings, string Folder) SettingsOf(
        DocumentSettings documents, IReadOnlyDictionary<string, string> places) =>
        (documents.At(places[Corpus], places[Tokenizer]), places[Folder]);

    /// <summary>Opens what a training reads.</summary>
    public static PreparedCorpus Open(CorpusContent content, JobTools tools)
    {
        if (content.Shards is { } shards)
        {
            return OpenShards(shards, tools.Places);
        }

        var tokenized = content.Tokenized ?? throw new InvalidDataException("The job names no corpus.");
        return TokenizedCorpus.Open(
            tools.Places[Corpus],
            [.. tokenized.Training.Select(tools.PlaceOf)],
            [.. tokenized.Validation.Select(tools.PlaceOf)],
            tokenized.Vocabulary,
            tokenized.Content);
    }

    [CodePart("corpus", "shards")]
    private static PreparedCorpus OpenShards(ShardContent shards, IReadOnlyDictionary<string, string> places)
    {
        var (settings, folder) = SettingsOf(shards.Documents, places);
        return ShardCorpus.Open(settings, shards.Seed, folder);
    }
}
