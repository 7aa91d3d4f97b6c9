namespace Composer.Language.Sources;

/// <summary>How far a file has come.</summary>
/// <param name="File">Which.</param>
/// <param name="Bytes">That are here.</param>
/// <param name="Length">Of the whole; null where nobody has said.</param>
/// <param name="Note">Something to be told once, such as a connection that was lost; null of mere progress.</param>
public sealed record FetchProgress(SourceFile File, long Bytes, long? Length, string? Note = null);
