namespace Composer.Language.Corpora;

/// <summary>The files of text that an input of a command means: a file, a pattern, or a folder with all that is in it.</summary>
/// <param name="Input">As the user wrote it.</param>
/// <param name="Paths">At least one, in ordinal order.</param>
/// <param name="Left">Files of the folder that are none of a corpus by their endings.</param>
internal sealed record InputFiles(string Input, IReadOnlyList<string> Paths, IReadOnlyList<string> Left)
{
    /// <param name="input">Absolute, or relative to <paramref name="folder"/>, where it may lead out of it.</param>
    /// <param name="folder">Where relative inputs start.</param>
    /// <exception cref="Core.Diagnostics.UserInputException">There is nothing, or nothing to be read.</exception>
    public static InputFiles Of(string input, string folder)
    {
        var full = Path.GetFullPath(input, folder);
        if (!Directory.Exists(full))
        {
            return new InputFiles(input, CorpusFiles.Resolve(full, folder), []);
        }

        var options = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None };
        string[] all =
        [
            .. Directory.EnumerateFiles(full, "*", options)
                .Where(f => !Path.GetRelativePath(full, f).Split(Path.DirectorySeparatorChar).Any(part => part[0] == '.'))
                .Order(StringComparer.Ordinal),
        ];
        string[] known = [.. all.Where(CorpusFormats.HasEndingOfText)];
        return known.Length > 0
            ? new InputFiles(input, known, [.. all.Except(known)])
            : throw LanguageMistake.FileMissing(
                Path.Join(input, "*"),
                folder,
                $"No file in it ends as {CorpusFormats.Titles} do ({string.Join(", ", CorpusFormats.Endings)}).");
    }
}
