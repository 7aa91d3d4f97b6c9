using Composer.Core.Files;
using Composer.Core.Json;

namespace Composer.Language.Sources;

/// <summary>What was fetched into a folder, by the files' names: its <c>fetched.json</c>.</summary>
internal sealed class FetchedFiles
{
    public const string Name = "fetched.json";

    private readonly string path;
    private readonly SortedDictionary<string, FetchedFile> files;

    private FetchedFiles(string path, SortedDictionary<string, FetchedFile> files) => (this.path, this.files) = (path, files);

    /// <exception cref="FetchException">The file cannot be read as what it is.</exception>
    public static FetchedFiles In(string folder)
    {
        var path = Path.Combine(folder, Name);
        try
        {
            var known = File.Exists(path) ? ComposerJson.Read<Dictionary<string, FetchedFile>>(File.ReadAllBytes(path)) : [];
            return new FetchedFiles(path, new SortedDictionary<string, FetchedFile>(known, StringComparer.Ordinal));
        }
        catch (InvalidDataException)
        {
            throw SourceMistake.Changed(path);
        }
    }

    public FetchedFile? this[string output] => files.GetValueOrDefault(output);

    public void Add(string output, FetchedFile file)
    {
        files[output] = file;
        WholeFile.Durable.Write(path, ComposerJson.Write(files));
    }
}
