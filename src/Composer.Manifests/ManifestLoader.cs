using Composer.Manifests.Model;

namespace Composer.Manifests;

/// <summary>Reads an experiment's TOML file into a checked manifest.</summary>
public static class ManifestLoader
{
    /// <summary>The file, then the profile, then the settings, in this order; then every rule is checked.</summary>
    /// <param name="file">Path of the TOML file; appears in diagnostics as given.</param>
    /// <param name="profile">Names of a <c>[profile.NAME]</c>, several separated by commas, or null.</param>
    /// <param name="settings">From the command line, each <c>path=value</c>, the value in TOML (bare words are text).</param>
    /// <exception cref="Core.Diagnostics.UserInputException">Every mistake that was found, all together.</exception>
    public static LoadedManifest Load(string file, string? profile, IReadOnlyList<string> settings) =>
        throw new NotImplementedException();
}
