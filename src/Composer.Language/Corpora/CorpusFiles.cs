using System.IO.Enumeration;
using Composer.Core.Diagnostics;
using Composer.Core.Facts;
using Composer.Language.Files;

namespace Composer.Language.Corpora;

/// <summary>Finds the files that a path with * and ? in its last part means.</summary>
public static class CorpusFiles
{
    /// <summary>Looks through the files of a corpus, whether they can be read to their end as what they are taken for, and for its
    /// tokenizer's.</summary>
    /// <param name="settings">What is named.</param>
    /// <param name="folder">Where relative paths start.</param>
    /// <param name="facts">Knows what was found out before; null reads everything.</param>
    /// <exception cref="Composer.Core.Diagnostics.UserInputException">One is missing, something in one is wrong, or there are too few
    /// documents.</exception>
    public static void Check(CorpusSettings settings, string folder, FactOfFile? facts = null)
    {
        EveryMistake.Of(CheckTokenizer, () => CheckValidation(settings, folder), CheckCorpus);

        void CheckTokenizer()
        {
            if (settings.HasTokenizerFile)
            {
                Resolve(settings.Tokenizer, folder, "A tokenizer is 'bytes', 'bpe', or the path of a tokenizer.json or tiktoken .model.");
            }
        }

        void CheckCorpus()
        {
            if (!settings.IsStories)
            {
                CorpusCheck.Run(settings, Resolve(settings.Corpus, folder), folder, facts ?? ((_, _, find) => find()));
            }
        }
    }

    /// <summary>Stories are split by document; text is held out of text, and tokens of tokens.</summary>
    private static void CheckValidation(CorpusSettings settings, string folder)
    {
        if (!settings.HasValidation)
        {
            return;
        }

        if (settings.IsStories)
        {
            throw LanguageMistake.Validation(
                "'validation' names files, but the corpus is 'stories', of which 'validation_documents' are held out.",
                "Leave 'validation' out.");
        }

        var (corpus, validation) = (KindOf(settings.Corpus), KindOf(settings.Validation));
        if (corpus != validation)
        {
            throw LanguageMistake.Validation(
                $"The corpus '{settings.Corpus}' is {corpus}, but 'validation' ('{settings.Validation}') is {validation}.",
                "Hold text out of text, or token shards out of token shards of the same tokenizer.");
        }

        string KindOf(string pattern) =>
            CorpusFormats.Of(pattern, Resolve(pattern, folder)) == CorpusFormats.Shards ? "token shards" : "text";
    }

    /// <param name="pattern">Relative to <paramref name="folder"/> and in it, or absolute.</param>
    /// <param name="folder">Where relative paths start.</param>
    /// <param name="remedy">What could have been meant where there is no such file; null: what a corpus is.</param>
    /// <returns>At least one existing file, in ordinal order.</returns>
    /// <exception cref="Composer.Core.Diagnostics.UserInputException">Nothing matches, or a relative path leaves the folder.</exception>
    public static IReadOnlyList<string> Resolve(string pattern, string folder, string? remedy = null)
    {
        var full = Path.GetFullPath(pattern, folder);
        if (!Path.IsPathRooted(pattern) && Path.GetRelativePath(folder, full).Split(Path.DirectorySeparatorChar)[0] == "..")
        {
            throw LanguageMistake.PathLeaves(pattern);
        }

        if (!pattern.AsSpan().ContainsAny('*', '?'))
        {
            return File.Exists(full) ? [full]
                : Directory.Exists(full) ? throw LanguageMistake.Folder(pattern)
                : throw LanguageMistake.FileMissing(
                    pattern, folder, remedy ?? $"A corpus is 'stories', or the path of {CorpusFormats.Titles} or token shards.");
        }

        var parent = Path.GetDirectoryName(full)!;
        var name = Path.GetFileName(full);
        var found = Directory.Exists(parent)
            ? Directory.EnumerateFiles(parent).Where(
                f => FileSystemName.MatchesSimpleExpression(name, Path.GetFileName(f), ignoreCase: false))
            : [];
        string[] sorted = [.. found.Where(f => IsMeant(f, name)).Order(StringComparer.Ordinal)];
        return sorted.Length > 0 ? sorted : throw LanguageMistake.FileMissing(pattern, folder, $"Nothing in '{parent}' matches.");
    }

    /// <summary>
    /// Not meant by a pattern are shards' sidecars, hidden files where the pattern does not begin with a dot, and what a Mac leaves.
    /// </summary>
    private static bool IsMeant(string path, string pattern) =>
        !path.EndsWith(TokenShard.SidecarOf(TokenShard.Ending), StringComparison.Ordinal)
        && (pattern[0] == '.' || Path.GetFileName(path)[0] != '.')
        && FileContent.OfFile(path).Kind != ContentKind.AppleMetadata;
}
