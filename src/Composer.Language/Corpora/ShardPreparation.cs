using Composer.Core;
using Composer.Core.Files;
using Composer.Core.Json;
using Composer.Language.Tokenizers;

namespace Composer.Language.Corpora;

/// <summary>
/// Turns files of text into a folder of token shards, with what is held out in shards of its own, document offsets beside each, and
/// the tokenizer. The folder is there whole, or not at all.
/// </summary>
public static class ShardPreparation
{
    /// <summary>What the folder is called as long as it is not whole.</summary>
    public const string Unfinished = ".preparing";

    /// <summary>In the folder: what was made of what.</summary>
    public const string Description = "prepared.json";

    private const string Lock = ".lock";

    /// <summary>Documents held out where nobody says how many, unless that is more than a tenth.</summary>
    private const int UsuallyHeldOut = 200;

    /// <param name="inputs">Files, patterns and folders of text, in order.</param>
    /// <param name="settings">All but the corpus's path; no documents held out, and no files either, holds some out.</param>
    /// <param name="seed">Of which documents are taken and held out.</param>
    /// <param name="folder">Where relative paths start.</param>
    /// <param name="output">The folder to make: not there yet, or empty.</param>
    /// <param name="threads">How many may work; never changes the result.</param>
    /// <param name="progress">Told now and then.</param>
    /// <param name="cancellation">Stops between documents; nothing is left behind.</param>
    /// <exception cref="Composer.Core.Diagnostics.UserInputException">A file is missing or wrong, there are too few documents, or the
    /// folder is taken.</exception>
    public static PreparedShards Run(
        IReadOnlyList<string> inputs,
        CorpusSettings settings,
        Seed seed,
        string folder,
        string output,
        int threads,
        IProgress<TokenizationProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        RequireFree(output);
        var files = inputs.Select(input => InputFiles.Of(input, folder)).ToArray();
        var tokenizer = LoadTokenizer(settings, folder);
        var whole = Path.TrimEndingDirectorySeparator(Path.GetFullPath(output));
        var unfinished = whole + Unfinished;
        Directory.CreateDirectory(unfinished);
        using (var held = Hold(unfinished))
        {
            try
            {
                RemoveAllBut(held.Name, unfinished);
                using var corpus = TextCorpus.Open(
                    settings, seed, folder, () => Open(files, settings), HeldOutOf(settings, folder), tokenizer, UsuallyHeldOut);
                var made = CorpusTokenization.Run(
                    corpus, unfinished, threads, CorpusTokenization.MostTokensOfShard, progress, cancellation) with
                {
                    Skipped = settings.SkipBadLines ? corpus.Skipped : null,
                };
                var prepared = PreparedShards.Of(made, whole, [.. files.SelectMany(f => f.Left)]);
                WholeFile.Quick.Write(Path.Combine(unfinished, Description), ComposerJson.Write(prepared));
                held.Dispose();
                File.Delete(held.Name);
                if (Directory.Exists(whole))
                {
                    Directory.Delete(whole);
                }

                Directory.Move(unfinished, whole);
                return prepared;
            }
            catch
            {
                held.Dispose();
                Directory.Delete(unfinished, recursive: true);
                throw;
            }
        }
    }

    private static void RequireFree(string output)
    {
        if (File.Exists(output) || (Directory.Exists(output) && Directory.EnumerateFileSystemEntries(output).Any()))
        {
            throw LanguageMistake.Taken(output);
        }
    }

    private static FileStream Hold(string unfinished)
    {
        try
        {
            return new FileStream(Path.Combine(unfinished, Lock), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            throw LanguageMistake.UnderWay(unfinished);
        }
    }

    private static void RemoveAllBut(string path, string folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder).Where(f => f != path))
        {
            File.Delete(file);
        }
    }

    private static ITokenizer? LoadTokenizer(CorpusSettings settings, string folder) => settings.Tokenizer switch
    {
        CorpusSettings.Bytes => new ByteTokenizer(),
        CorpusSettings.Bpe when settings.Vocabulary < BpeTrainer.MinimumVocabulary =>
            throw LanguageMistake.VocabularyTooSmall(settings.Vocabulary, BpeTrainer.MinimumVocabulary),
        CorpusSettings.Bpe => null,
        var path => TokenizerFile.Load(Path.GetFullPath(path, folder)),
    };

    private static JoinedCollection Open(IReadOnlyList<InputFiles> inputs, CorpusSettings settings)
    {
        var parts = new List<IDocumentCollection>();
        try
        {
            foreach (var input in inputs)
            {
                var format = CorpusFormats.Of(input.Input, input.Paths);
                parts.Add(format == CorpusFormats.Shards
                    ? throw LanguageMistake.Content(input.Paths[0], "token shards already", "text", null)
                    : format.Open(input.Input, input.Paths, settings.Options));
            }

            return new JoinedCollection(string.Join(", ", inputs.Select(i => i.Input)), parts);
        }
        catch
        {
            parts.OfType<IDisposable>().ToList().ForEach(p => p.Dispose());
            throw;
        }
    }

    private static Func<IDocumentCollection?> HeldOutOf(CorpusSettings settings, string folder) =>
        () => settings.HasValidation ? Open([InputFiles.Of(settings.Validation, folder)], settings) : null;
}
