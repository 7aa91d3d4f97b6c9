using Composer.Core;
using Composer.Core.Diagnostics;
using Composer.Language.Corpora;
using Composer.Pipeline.Jobs;

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

    /// <summary>The corpus, from its places: read from the files that were planned, all of them and no other.</summary>
    /// <param name="settings">How much of it.</param>
    /// <param name="source">The digest of corpus and tokenizer that was planned.</param>
    /// <param name="seed">Of what is sampled.</param>
    /// <param name="tools">Of the job: its places and its files.</param>
    /// <param name="cancellation">Stops between documents.</param>
    /// <exception cref="UserInputException">Something has changed.</exception>
    public static PreparedCorpus Prepare(
        CorpusSettings settings, Digest source, Seed seed, JobTools tools, CancellationToken cancellation)
    {
        var there = settings with { Corpus = tools.Places[Corpus], Tokenizer = tools.Places[Tokenizer] };
        var folder = tools.Places[Folder];
        CompareSource();
        var corpus = CorpusPreparation.Prepare(there, seed, folder, cancellation);
        try
        {
            CompareSource();
            tools.Files.Confirm();
            return corpus;
        }
        catch
        {
            corpus.Dispose();
            throw;
        }

        // The digests of the files are held by the job; this finds files that came, went, or became another format.
        void CompareSource()
        {
            var now = CorpusPreparation.SourceDigest(there, folder, tools.Files.DigestOf);
            if (now != source)
            {
                throw new UserInputException(new Diagnostic(
                    "CMP7008",
                    DiagnosticSeverity.Error,
                    $"The files of '{there.Corpus}' are others than were planned: digest {source.Short} was planned, {now.Short} is there "
                    + $"now. Nothing was kept of what was computed.",
                    Remedy: "Run again: it will be planned anew, with the files that are there then."));
            }
        }
    }
}
