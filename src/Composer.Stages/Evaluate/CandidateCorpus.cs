using Composer.Language.Corpora;
using Composer.Pipeline.Jobs;

namespace Composer.Stages.Evaluate;

/// <summary>The corpus that an agent trains candidates on, prepared once for one after the other.</summary>
internal static class CandidateCorpus
{
    private static (TextTraining Key, PreparedCorpus Corpus)? prepared;

    public static PreparedCorpus Of(TextTraining text, JobTools tools, CancellationToken cancellation)
    {
        var key = text with { Settings = new() };
        if (prepared is { } known && known.Key == key)
        {
            return known.Corpus;
        }

        prepared?.Corpus.Dispose();
        prepared = null;
        var corpus = CorpusPlaces.Prepare(text.Corpus, text.Seed, tools.Places, cancellation);
        prepared = (key, corpus);
        return corpus;
    }
}
