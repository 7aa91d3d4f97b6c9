using Composer.Core;

namespace Composer.Store.Files;

/// <summary>A file whose bytes are known.</summary>
/// <param name="Path">Absolute.</param>
/// <param name="Digest">Of its bytes.</param>
/// <param name="Signature">As long as the file has it, it has those bytes; null where that cannot be told without reading them.</param>
public sealed record FileContent(string Path, Digest Digest, FileSignature? Signature);
