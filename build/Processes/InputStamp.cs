using System.Security.Cryptography;
using System.Text;

namespace Composer.Build.Processes;

/// <summary>
/// Remembers what an output was made from, so that an unchanged clone compiles nothing: a digest over the
/// paths and contents of the inputs, kept beside the outputs' sizes and times.
/// </summary>
internal sealed class InputStamp(string file, string root, IReadOnlyList<string> inputs, IReadOnlyList<string> outputs)
{
    /// <summary>Whether the inputs are those of the last <see cref="Write"/> and its outputs are untouched.</summary>
    public bool IsCurrent() => File.Exists(file) && outputs.All(File.Exists) && File.ReadAllText(file) == Current();

    /// <summary>Forgets the last state, before the outputs are made anew.</summary>
    public void Clear()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.Delete(file);
    }

    /// <summary>Remembers the present state.</summary>
    public void Write()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, Current());
    }

    private string Current()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var path in inputs.SelectMany(Files).Order(StringComparer.Ordinal))
        {
            var content = File.ReadAllBytes(Path.Join(root, path));
            hash.AppendData(Encoding.UTF8.GetBytes($"{path}\0{content.Length}\0"));
            hash.AppendData(content);
        }

        var state = new StringBuilder(Convert.ToHexStringLower(hash.GetHashAndReset())).Append('\n');
        foreach (var output in outputs)
        {
            var information = new FileInfo(output);
            var made = information.Exists ? $"{information.Length} {information.LastWriteTimeUtc.Ticks}" : "absent";
            state.Append(Path.GetFileName(output)).Append(' ').Append(made).Append('\n');
        }

        return state.ToString();
    }

    /// <summary>The files of an input, relative to the root; an input is a file or a folder with all below it.</summary>
    private IEnumerable<string> Files(string input)
    {
        var path = Path.Join(root, input);
        var files = Directory.Exists(path) ? Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories)
            : File.Exists(path) ? [path]
            : [];
        return files.Select(each => Path.GetRelativePath(root, each));
    }
}
