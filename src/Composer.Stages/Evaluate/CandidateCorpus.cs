using Composer.Language.Corpora;
using Composer.Pipeline.Jobs;
using Composer.Stages.Tokenize;

namespace Composer.Stages.Evaluate;

/// <summary>The corpus that an agent trains candidates on, opened once for one after the other.</summary>
internal static class CandidateCorpus
{
    private static (CorpusContent Content, string Files, PreparedCorpus Corpus)? prepared;

    public static PreparedCorpus Of(CorpusContent content, JobTools tools)
    {
        var files = tools.Files.State;
        if (prepared is { } known && known.Content == content && known.Files == files)
        {
            return known.Corpus;
        }

        prepared?.Corpus.Dispose();
        prepared = null;
        var corpus = CorpusPlaces.Open(content, tools);
        prepared = (content, files, corpus);
        return corpus;
    }
}
