using System.Diagnostics.CodeAnalysis;

namespace Nuke.Common.IO;

/// <summary>A rooted, normalised path. Equal when the text is equal; immutable.</summary>
public class AbsolutePath
{
    private readonly string path;

    private AbsolutePath(string path) => this.path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));

    /// <summary>The last segment.</summary>
    public string Name => Path.GetFileName(path);

    /// <summary>The folder above, or null at the root.</summary>
    public AbsolutePath? Parent => Path.GetDirectoryName(path) is { } parent ? new AbsolutePath(parent) : null;

    /// <summary>The path of a text that is rooted; anything else is an error.</summary>
    [return: NotNullIfNotNull(nameof(path))]
    public static implicit operator AbsolutePath?(string? path)
    {
        if (path is null)
        {
            return null;
        }

        return Path.IsPathRooted(path)
            ? new AbsolutePath(path)
            : throw new ArgumentException($"Path '{path}' must be rooted");
    }

    [return: NotNullIfNotNull(nameof(path))]
    public static implicit operator string?(AbsolutePath? path) => path?.path;

    /// <summary>A path below; a rooted right side is an error.</summary>
    public static AbsolutePath operator /(AbsolutePath left, string? right) => Path.IsPathRooted(right)
        ? throw new ArgumentException("Second path must not be rooted")
        : new AbsolutePath(Path.Join(left.path, right));

    public static bool operator ==(AbsolutePath? a, AbsolutePath? b) => Equals(a, b);

    public static bool operator !=(AbsolutePath? a, AbsolutePath? b) => !Equals(a, b);

    public override bool Equals(object? obj) => obj is AbsolutePath other && string.Equals(path, other.path, StringComparison.Ordinal);

    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(path);

    public override string ToString() => path;
}
