namespace Composer.Build.Testing;

/// <summary>A test project of the clone.</summary>
/// <param name="Name">The project's and the assembly's name.</param>
/// <param name="RunsAlone">Whether its measurements want the machine for themselves (property RunTestsAlone).</param>
internal sealed record TestProject(string Name, bool RunsAlone)
{
    /// <summary>The projects under <c>tests/</c> that say they are tests, in ordinal order.</summary>
    public static IReadOnlyList<TestProject> All(string root) =>
        [.. Directory.EnumerateFiles(Path.Join(root, "tests"), "*.csproj", SearchOption.AllDirectories)
            .Select(file => (Name: Path.GetFileNameWithoutExtension(file), Text: File.ReadAllText(file)))
            .Where(project => project.Text.Contains("<IsTestProject>true<", StringComparison.Ordinal))
            .Select(project => new TestProject(project.Name, project.Text.Contains("<RunTestsAlone>true<", StringComparison.Ordinal)))
            .OrderBy(project => project.Name, StringComparer.Ordinal)];

    /// <summary>Where the assembly lies once compiled.</summary>
    public string AssemblyIn(string artifacts, Configuration configuration) =>
        Path.Join(artifacts, "bin", Name, configuration.ToString().ToLowerInvariant(), $"{Name}.dll");
}
