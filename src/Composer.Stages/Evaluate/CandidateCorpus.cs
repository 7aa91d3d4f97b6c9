using Composer.Language.Corpora;
using Composer.Pipeline.Jobs;

namespace Composer.Stages.Evaluate;

/// <summary>The corpus that an agent trains candidates on, prepared once for one after the other.</summary>
internal static class CandidateCorpus
{
    private static (TextTraining Key, string Files, PreparedCorpus Corpus)? prepared;

    public static PreparedCorpus Of(TextTraining text, JobTools tools, CancellationToken cancellation)
    {
        var (key, files) = (text with { Settings = new() }, tools.Files.State);
        if (prepared is { } known && known.Key == key && known.Files == files)
        {
            return known.Corpus;
        }

        prepared?.Corpus.Dispose();
        prepared = null;
        var corpus = CorpusPlaces.Prepare(text.Corpus, text.Source, text.Seed, tools, cancellation);
        prepared = (key, files, corpus);
        return corpus;
    }
}
