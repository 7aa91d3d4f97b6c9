using Composer.Core;
using Composer.Language.Tokenizers;
using Composer.Language.Tokenizers.PreTokenizers;

namespace Composer.Language.Corpora;

/// <summary>A corpus of text before it is tokens: its documents, which of them are held out, and its tokenizer.</summary>
internal sealed class TextCorpus : IDisposable
{
    // Enough text for the pair counts of a small vocabulary; more only costs time.
    private const int TokenizerTrainingCharacters = 4_000_000;

    private TextCorpus(IDocumentCollection documents, IDocumentCollection heldOut, DocumentSplit split, ITokenizer tokenizer) =>
        (Documents, HeldOut, Split, Tokenizer) = (documents, heldOut, split, tokenizer);

    /// <summary>Those that are trained on, and those held out of them.</summary>
    public IDocumentCollection Documents { get; }

    /// <summary>What the held-out documents are of: <see cref="Documents"/>, or files of their own.</summary>
    public IDocumentCollection HeldOut { get; }

    /// <summary>Bad lines and rows that are left out.</summary>
    public long Skipped => Documents.Skipped + (HeldOut == Documents ? 0 : HeldOut.Skipped);

    /// <summary>Which are trained on, which held out.</summary>
    public DocumentSplit Split { get; }

    /// <summary>Loaded, or trained on the documents that are trained on.</summary>
    public ITokenizer Tokenizer { get; }

    /// <param name="settings">A corpus of text.</param>
    /// <param name="seed">Of generated stories and of which documents are taken and held out.</param>
    /// <param name="folder">Where relative paths start.</param>
    /// <exception cref="Composer.Core.Diagnostics.UserInputException">A file is missing or wrong, or there are too few
    /// documents.</exception>
    public static TextCorpus Open(CorpusSettings settings, Seed seed, string folder) => Open(
        settings,
        seed,
        folder,
        () => DocumentsOf(settings, seed, folder),
        () => settings.HasValidation ? FilesOf(settings, settings.Validation, folder) : null);

    /// <param name="settings">How much of it, and its tokenizer.</param>
    /// <param name="seed">Of which documents are taken and held out.</param>
    /// <param name="folder">Where relative paths start.</param>
    /// <param name="open">Opens the documents.</param>
    /// <param name="openHeldOut">Opens documents of their own that are all held out; null where they are taken of the corpus.</param>
    /// <param name="known">The tokenizer where it is loaded already.</param>
    /// <param name="usuallyHeldOut">How many documents are held out, or a tenth, where the settings say none.</param>
    public static TextCorpus Open(
        CorpusSettings settings,
        Seed seed,
        string folder,
        Func<IDocumentCollection> open,
        Func<IDocumentCollection?> openHeldOut,
        ITokenizer? known = null,
        int usuallyHeldOut = 0)
    {
        var documents = open();
        IDocumentCollection? heldOut = null;
        try
        {
            heldOut = openHeldOut();
            var wanted = settings.ValidationDocuments > 0
                ? settings.ValidationDocuments
                : Math.Clamp(documents.Count / 10, 1, Math.Max(1, usuallyHeldOut));
            var split = DocumentSplit.Of(
                documents.Name, documents.Count, settings.Documents, heldOut is null ? wanted : 0, seed);
            if (heldOut is not null)
            {
                DocumentSplit.Check(heldOut.Name, heldOut.Count, 0, 0);
                split = split with { Validation = [.. Enumerable.Range(0, heldOut.Count)] };
            }

            return new TextCorpus(documents, heldOut ?? documents, split, known ?? TokenizerOf(settings, documents, split, folder));
        }
        catch
        {
            (documents as IDisposable)?.Dispose();
            (heldOut as IDisposable)?.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        (Documents as IDisposable)?.Dispose();
        if (HeldOut != Documents)
        {
            (HeldOut as IDisposable)?.Dispose();
        }
    }

    /// <summary>The generated corpus of a seed.</summary>
    public static StoriesCollection StoriesOf(Seed seed, int documents, int validation) =>
        new(seed.Derive("stories"), documents + validation);

    private static IDocumentCollection DocumentsOf(CorpusSettings settings, Seed seed, string folder)
    {
        if (settings.IsStories)
        {
            var count = settings.Documents > 0 ? settings.Documents : CorpusSettings.DefaultStories;
            return StoriesOf(seed, count, settings.ValidationDocuments);
        }

        return FilesOf(settings, settings.Corpus, folder);
    }

    private static IDocumentCollection FilesOf(CorpusSettings settings, string pattern, string folder)
    {
        var paths = CorpusFiles.Resolve(pattern, folder);
        return CorpusFormats.Of(pattern, paths).Open(pattern, paths, settings.Options);
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
