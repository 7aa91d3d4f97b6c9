using Composer.Core;
using Composer.Language.Tokenizers;
using Composer.Language.Tokenizers.PreTokenizers;

namespace Composer.Language.Corpora;

/// <summary>A corpus of text before it is tokens: its documents, which of them are held out, and its tokenizer.</summary>
internal sealed class TextCorpus : IDisposable
{
    // Enough text for the pair counts of a small vocabulary; more only costs time.
    private const int TokenizerTrainingCharacters = 4_000_000;

    private TextCorpus(IDocumentCollection documents, DocumentSplit split, ITokenizer tokenizer) =>
        (Documents, Split, Tokenizer) = (documents, split, tokenizer);

    /// <summary>All of them.</summary>
    public IDocumentCollection Documents { get; }

    /// <summary>Which are trained on, which held out.</summary>
    public DocumentSplit Split { get; }

    /// <summary>Loaded, or trained on the documents that are trained on.</summary>
    public ITokenizer Tokenizer { get; }

    /// <param name="settings">A corpus of text.</param>
    /// <param name="seed">Of generated stories and of which documents are taken and held out.</param>
    /// <param name="folder">Where relative paths start.</param>
    /// <exception cref="Composer.Core.Diagnostics.UserInputException">A file is missing or wrong, or there are too few
    /// documents.</exception>
    public static TextCorpus Open(CorpusSettings settings, Seed seed, string folder)
    {
        var documents = DocumentsOf(settings, seed, folder);
        try
        {
            var split = DocumentSplit.Of(documents.Name, documents.Count, settings.Documents, settings.ValidationDocuments, seed);
            return new TextCorpus(documents, split, TokenizerOf(settings, documents, split, folder));
        }
        catch
        {
            (documents as IDisposable)?.Dispose();
            throw;
        }
    }

    public void Dispose() => (Documents as IDisposable)?.Dispose();

    private static IDocumentCollection DocumentsOf(CorpusSettings settings, Seed seed, string folder)
    {
        if (settings.IsStories)
        {
            var count = settings.Documents > 0 ? settings.Documents : CorpusSettings.DefaultStories;
            return new StoriesCollection(seed.Derive("stories"), count + settings.ValidationDocuments);
        }

        var paths = CorpusFiles.Resolve(settings.Corpus, folder);
        return CorpusFormats.Of(settings.Corpus, paths).Open(settings.Corpus, paths);
    }

    private static ITokenizer TokenizerOf(CorpusSettings settings, IDocumentCollection documents, DocumentSplit split, string folder) =>
        settings.Tokenizer switch
        {
            CorpusSettings.Bytes => new ByteTokenizer(),
            CorpusSettings.Bpe => BpeTrainer.Train(TokenizerSample(documents, split), settings.Vocabulary, PreTokenizer.Gpt2),
            var path => TokenizerFile.Load(Path.GetFullPath(path, folder)),
        };

    private static IEnumerable<string> TokenizerSample(IDocumentCollection documents, DocumentSplit split)
    {
        var left = TokenizerTrainingCharacters;
        foreach (var index in split.Training)
        {
            if (left <= 0)
            {
                yield break;
            }

            var text = documents.Read(index);
            left -= text.Length;
            yield return text;
        }
    }
}
