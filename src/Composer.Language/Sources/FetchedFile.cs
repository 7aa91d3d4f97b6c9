using Composer.Core;

namespace Composer.Language.Sources;

/// <summary>What a file was made of; in <c>fetched.json</c> beside it, which later fetches are held to.</summary>
/// <param name="Address">Of the source, whatever mirror it came from.</param>
/// <param name="Bytes">That were fetched.</param>
/// <param name="Sha256">Of what was fetched.</param>
/// <param name="IsPinned">Whether that was known beforehand; otherwise the first fetch was believed.</param>
/// <param name="OutputBytes">Of the file.</param>
/// <param name="OutputSha256">Of the file.</param>
public sealed record FetchedFile(string Address, long Bytes, Digest Sha256, bool IsPinned, long OutputBytes, Digest OutputSha256);
