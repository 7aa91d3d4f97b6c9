using Composer.Core.Diagnostics;
using Composer.Manifests.Binding;
using Composer.Manifests.Composition;
using Composer.Manifests.Model;
using Composer.Manifests.Toml;

namespace Composer.Manifests;

/// <summary>Reads an experiment's TOML file into a checked manifest.</summary>
public static class ManifestLoader
{
    /// <summary>The file, then the profile, then the settings, in this order; then every rule is checked.</summary>
    /// <param name="file">Path of the TOML file; appears in diagnostics as given.</param>
    /// <param name="profile">Names of a <c>[profile.NAME]</c>, several separated by commas, or null.</param>
    /// <param name="settings">From the command line, each <c>path=value</c>, the value in TOML (bare words are text).</param>
    /// <param name="agents">A file with the user's or the cluster's own values of <c>[agents]</c>, which the manifest overrules, or null.</param>
    /// <exception cref="UserInputException">Every mistake that was found, all together.</exception>
    public static ResolvedExperiment Load(
        string file, string? profile = null, IReadOnlyList<string>? settings = null, string? agents = null) =>
        new ManifestComposition(
            TomlReader.Read(ReadFile(file), file),
            file,
            profile,
            settings ?? [],
            agents is null ? null : TomlReader.Read(ReadFile(agents), agents)).Load();

    /// <summary>As <see cref="Load"/>, from the file's bytes.</summary>
    /// <exception cref="UserInputException">Every mistake that was found, all together.</exception>
    public static ResolvedExperiment Parse(
        ReadOnlySpan<byte> utf8, string file, string? profile = null, IReadOnlyList<string>? settings = null) =>
        new ManifestComposition(TomlReader.Read(utf8, file), file, profile, settings ?? []).Load();

    /// <summary>A file with values of <c>[agents]</c> alone, as <see cref="Load"/> takes it beside a manifest.</summary>
    /// <param name="file">Path of the TOML file.</param>
    /// <exception cref="UserInputException">Every mistake that was found, all together.</exception>
    public static AgentsSection LoadAgents(string file)
    {
        var (document, problems) = (TomlReader.Read(ReadFile(file), file), new Problems());
        foreach (var diagnostic in document.Diagnostics)
        {
            problems.Add(diagnostic);
        }

        var agents = new ManifestBinder(problems, document.Diagnostics.Count == 0).Bind<AgentsSection>(document.Root);
        return problems.HasErrors ? throw new UserInputException(problems.Sorted) : agents;
    }

    private static byte[] ReadFile(string file)
    {
        try
        {
            // A file that is too large is not read as a whole; one byte more lets the reader say so.
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read);
            var bytes = new byte[Math.Min(stream.Length, TomlLimits.Bytes + 1)];
            stream.ReadExactly(bytes);
            return bytes;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw CannotRead("The file does not exist.", NearestFile(file));
        }
        catch (Exception exception) when (
            exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw CannotRead($"The file cannot be read: {exception.Message}", null);
        }

        UserInputException CannotRead(string message, string? remedy) =>
            new(new Diagnostic(DiagnosticCodes.CannotRead, DiagnosticSeverity.Error, message, new SourceSpan(file, 1, 1, 1, 1), remedy));
    }

    private static string? NearestFile(string file)
    {
        var folder = Path.GetDirectoryName(file) is { Length: > 0 } name ? name : ".";
        return Directory.Exists(folder)
            ? Suggestion.DidYouMean(Path.GetFileName(file), Directory.EnumerateFiles(folder, "*.toml").Select(f => Path.GetFileName(f)!))
            : null;
    }
}
