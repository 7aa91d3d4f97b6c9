namespace Composer.Language.Sources;

/// <summary>Public data that is fetched by a name.</summary>
/// <param name="Name">As people name it.</param>
/// <param name="Folder">Where it goes, in the folder of data.</param>
/// <param name="Title">What it is, in a line.</param>
/// <param name="License">Of the data, in a few words.</param>
/// <param name="Files">At least one.</param>
public sealed record NamedSource(string Name, string Folder, string Title, string License, IReadOnlyList<SourceFile> Files)
{
    /// <summary>Of all files; null where one of them is not known.</summary>
    public long? Bytes => Files.Sum(f => f.Bytes);

    /// <summary>Whether every file's digest is known beforehand.</summary>
    public bool IsPinned => Files.All(f => f.Pinned is not null);

    /// <summary>Whether it is questions for lm-eval rather than a corpus.</summary>
    public bool IsEvaluation => Folder == NamedSources.EvaluationFolder;
}
