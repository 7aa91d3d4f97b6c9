using System.IO.Enumeration;

namespace Composer.Language.Corpora;

/// <summary>Finds the files that a path with * and ? in its last part means.</summary>
public static class CorpusFiles
{
    /// <summary>Looks whether the files of a corpus and its tokenizer are there.</summary>
    /// <exception cref="Composer.Core.Diagnostics.UserInputException">One is not.</exception>
    public static void Check(CorpusSettings settings, string folder)
    {
        if (!settings.IsStories)
        {
            Resolve(settings.Corpus, folder);
        }

        if (settings.HasTokenizerFile)
        {
            Resolve(settings.Tokenizer, folder, "A tokenizer is 'bytes', 'bpe', or the path of a tokenizer.json or tiktoken .model.");
        }
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
            return File.Exists(full)
                ? [full]
                : throw LanguageMistake.FileMissing(
                    pattern, folder, remedy ?? $"A corpus is 'stories', or the path of {CorpusFormats.Titles} or token shards.");
        }

        var parent = Path.GetDirectoryName(full)!;
        var name = Path.GetFileName(full);
        var found = Directory.Exists(parent)
            ? Directory.EnumerateFiles(parent).Where(
                f => FileSystemName.MatchesSimpleExpression(name, Path.GetFileName(f), ignoreCase: false))
            : [];
        string[] sorted = [.. found.Where(f => !f.EndsWith(".idx", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
        return sorted.Length > 0 ? sorted : throw LanguageMistake.FileMissing(pattern, folder, $"Nothing in '{parent}' matches.");
    }
}
