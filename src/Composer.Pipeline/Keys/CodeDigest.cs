using System.Collections.Concurrent;
using System.Reflection;
using System.Text;
using Composer.Core;

namespace Composer.Pipeline.Keys;

/// <summary>
/// The digest of the source code that computes a stage: chosen folders of chosen assemblies, each of which
/// carries a list of its source files' digests (see <c>Directory.Build.targets</c>).
/// </summary>
/// <remarks>
/// Independent of configuration, compiler and place of the clone. A change to a comment counts: it can't be
/// told from a change of meaning.
/// </remarks>
public static class CodeDigest
{
    private static readonly ConcurrentDictionary<Assembly, IReadOnlyList<(string Path, string Digest)>> Lists = new();

    /// <summary>The digest of some folders of some assemblies.</summary>
    /// <param name="parts">Assemblies with folders; a folder covers what is below it, an empty text the files at the top, no folder everything.</param>
    /// <exception cref="InvalidOperationException">A part covers no file: the list of folders is out of date.</exception>
    public static Digest Of(params (Assembly Assembly, string[] Folders)[] parts)
    {
        var text = new StringBuilder();
        foreach (var (assembly, folders) in parts.OrderBy(p => p.Assembly.GetName().Name, StringComparer.Ordinal))
        {
            var files = Lists.GetOrAdd(assembly, Read);
            foreach (var folder in folders.Where(f => !files.Any(s => IsIn(s.Path, f))))
            {
                throw new InvalidOperationException($"{assembly.GetName().Name} has no source in '{folder}'.");
            }

            foreach (var (path, digest) in files.Where(f => folders.Length == 0 || folders.Any(d => IsIn(f.Path, d))))
            {
                text.Append(digest).Append(' ').Append(assembly.GetName().Name).Append('/').Append(path).Append('\n');
            }
        }

        return Digest.Of(text.ToString());
    }

    private static bool IsIn(string path, string folder) =>
        folder.Length == 0 ? !path.Contains('/') : path.StartsWith(folder + "/", StringComparison.Ordinal);

    private static IReadOnlyList<(string Path, string Digest)> Read(Assembly assembly)
    {
        using var resource = assembly.GetManifestResourceStream("sources.txt")
            ?? throw new InvalidOperationException($"{assembly.GetName().Name} carries no list of its sources.");
        using var reader = new StreamReader(resource);
        return
        [
            .. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Select(line => line.Split(' ', 2))
                .Select(parts => (Path: parts[1].Replace('\\', '/'), Digest: parts[0].ToLowerInvariant()))
                .OrderBy(f => f.Path, StringComparer.Ordinal),
        ];
    }
}
