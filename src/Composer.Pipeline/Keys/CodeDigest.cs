using System.Collections.Concurrent;
using System.Globalization;
using System.Reflection;
using System.Text;
using Composer.Core;

namespace Composer.Pipeline.Keys;

/// <summary>
/// The digest of the source code that computes a stage: chosen folders and files of chosen assemblies, each of
/// which carries a list of its source files' digests (see <c>Directory.Build.targets</c>), and the versions of
/// the packages that these assemblies use.
/// </summary>
/// <remarks>
/// Independent of configuration, compiler and place of the clone. A change to a comment counts: it can't be
/// told from a change of meaning.
/// </remarks>
public static class CodeDigest
{
    private static readonly ConcurrentDictionary<Assembly, IReadOnlyList<SourceDigest>> Lists = new();

    /// <summary>The digest of some folders of some assemblies.</summary>
    /// <param name="parts">
    /// Assemblies with what is taken of each: a folder covers what is below it, a name that ends in <c>.cs</c> that
    /// file, an empty text the files at the top; none at all covers everything.
    /// </param>
    /// <exception cref="InvalidOperationException">A part covers no file: the list is out of date.</exception>
    public static Digest Of(params (Assembly Assembly, string[] Paths)[] parts) =>
        Of(FilesOf(parts), [.. parts.SelectMany(p => PackagesOf(p.Assembly)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)]);

    /// <summary>The files that <see cref="Of"/> covers, in ordinal order.</summary>
    /// <exception cref="InvalidOperationException">A part covers no file: the list is out of date.</exception>
    internal static IReadOnlyList<SourceDigest> FilesOf(params (Assembly Assembly, string[] Paths)[] parts)
    {
        var covered = new SortedDictionary<string, SourceDigest>(StringComparer.Ordinal);
        foreach (var (assembly, paths) in parts)
        {
            var files = SourcesOf(assembly);
            if (paths.FirstOrDefault(p => !files.Any(f => f.IsIn(p))) is { } missing)
            {
                throw new InvalidOperationException($"{assembly.GetName().Name} has no source in '{missing}'.");
            }

            foreach (var file in files.Where(f => paths.Length == 0 || paths.Any(f.IsIn)))
            {
                covered[file.ToString()] = file;
            }
        }

        return [.. covered.Values];
    }

    /// <summary>Every source file of an assembly.</summary>
    internal static IReadOnlyList<SourceDigest> SourcesOf(Assembly assembly) =>
        Lists.GetOrAdd(assembly, a => SourceDigest.Read(a, "sources.txt", a.GetName().Name!));

    /// <summary>The digest of files with packages.</summary>
    internal static Digest Of(IEnumerable<SourceDigest> files, IEnumerable<string> packages)
    {
        var text = new StringBuilder();
        foreach (var file in files)
        {
            text.Append(file.Digest).Append(' ').Append(file).Append('\n');
        }

        foreach (var package in packages)
        {
            text.Append("package ").Append(package).Append('\n');
        }

        return Digest.Of(text.ToString());
    }

    /// <summary>What an assembly uses that is neither ours nor the framework's: that has its version in the hardware policy.</summary>
    private static IEnumerable<string> PackagesOf(Assembly assembly) => assembly.GetReferencedAssemblies()
        .Where(r => r.Name is { } name && !name.StartsWith("System", StringComparison.Ordinal) && !name.StartsWith("Composer.", StringComparison.Ordinal)
            && name is not ("netstandard" or "mscorlib"))
        .Select(r => string.Create(CultureInfo.InvariantCulture, $"{r.Name} {r.Version}"));
}
