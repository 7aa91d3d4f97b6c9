using Composer.Core;
using Composer.Core.Code;
using Composer.Core.Diagnostics;
using Composer.Language.Corpora;
using Composer.Pipeline.Jobs;

namespace Composer.Stages.Tokenize;

/// <summary>Where a job finds a corpus and its tokenizer, of which its inputs hold the digest alone.</summary>
internal static class CorpusPlaces
{
    private const string Corpus = "corpus";
    private const string Tokenizer = "tokenizer";
    private const string Validation = "validation";
    private const string Folder = "folder";

    /// <summary>The places of a corpus.</summary>
    /// <param name="settings">With the paths that the user wrote.</param>
    /// <param name="folder">Where relative ones start.</param>
    public static IReadOnlyDictionary<string, string> Of(CorpusSettings settings, string folder)
    {
        var places = new Dictionary<string, string>
        {
            [Corpus] = settings.Corpus,
            [Tokenizer] = settings.Tokenizer,
            [Folder] = folder,
        };
        if (settings.HasValidation)
        {
            places[Validation] = settings.Validation;
        }

        return places;
    }

    /// <summary>The settings with the paths that the user wrote, and where relative ones start.</summary>
    public static (CorpusSettings Settings, string Folder) SettingsOf(
        DocumentSettings documents, IReadOnlyDictionary<string, string> places) =>
        (documents.At(places[Corpus], places[Tokenizer], places.GetValueOrDefault(Validation, "")), places[Folder]);

    /// <summary>
    /// Holds the files of a corpus to those that were planned, all of them and no other. Their digests are held by the job; this
    /// finds files that came, went, or became another format.
    /// </summary>
    /// <param name="settings">With the paths that the user wrote.</param>
    /// <param name="folder">Where relative ones start.</param>
    /// <param name="source">The digest of corpus and tokenizer that was planned.</param>
    /// <param name="tools">Of the job: its files.</param>
    /// <exception cref="UserInputException">Something has changed.</exception>
    public static void CompareSource(CorpusSettings settings, string folder, Digest source, JobTools tools)
    {
        var now = CorpusPreparation.SourceDigest(settings, folder, tools.Files.DigestOf);
        if (now != source)
        {
            throw new UserInputException(new Diagnostic(
                "CMP7008",
                DiagnosticSeverity.Error,
                $"The files of '{settings.Corpus}' are others than were planned: digest {source.Short} was planned, {now.Short} is there "
                + $"now. Nothing was kept of what was computed.",
                Remedy: "Run again: it will be planned anew, with the files that are there then."));
        }
    }

    /// <summary>Opens what a training reads.</summary>
    /// <exception cref="UserInputException">The user's own shards are others than were planned.</exception>
    public static PreparedCorpus Open(CorpusContent content, JobTools tools)
    {
        if (content.Shards is { } shards)
        {
            return OpenShards(shards, tools);
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
    private static PreparedCorpus OpenShards(ShardContent shards, JobTools tools)
    {
        var (settings, folder) = SettingsOf(shards.Documents, tools.Places);
        CompareSource(settings, folder, shards.Source, tools);
        var corpus = ShardCorpus.Open(settings, shards.Seed, folder);
        try
        {
            CompareSource(settings, folder, shards.Source, tools);
            tools.Files.Confirm();
            return corpus;
        }
        catch
        {
            corpus.Dispose();
            throw;
        }
    }
}
