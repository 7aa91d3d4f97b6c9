namespace Composer.Manifests.Toml;

/// <summary>Reads TOML 1.1.</summary>
public interface ITomlReader
{
    /// <summary>
    /// Reads a document. A mistake is a diagnostic, never an exception, whatever the bytes are; mistakes in
    /// several lines are reported together.
    /// </summary>
    /// <param name="utf8">The file's bytes; a byte order mark may stand at the start.</param>
    /// <param name="file">The name that spans carry.</param>
    TomlDocument Read(ReadOnlySpan<byte> utf8, string file);
}
