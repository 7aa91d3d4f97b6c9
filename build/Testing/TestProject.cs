using System.Globalization;
using System.Text.RegularExpressions;

namespace Composer.Build.Testing;

/// <summary>A test project of the clone.</summary>
/// <param name="Name">The project's and the assembly's name.</param>
/// <param name="Waits">Whether it waits for others most of the time, and takes no core of its own (property TestsWait).</param>
/// <param name="NeedsLibtorch">Whether it loads libtorch, which does not run everywhere (property RunTestsWithLibtorch).</param>
internal sealed partial record TestProject(string Name, bool Waits, bool NeedsLibtorch)
{
    /// <summary>About how long it takes, in seconds, where that is long (property TestSeconds): the longest begins first.</summary>
    public int Seconds { get; init; }

    /// <summary>The projects that say they are tests and that the solution compiles, the longest first, then in ordinal order.</summary>
    public static IReadOnlyList<TestProject> All(string root) => [.. Find(root, inSolution: true)];

    /// <summary>Those that the solution leaves out, since not every registry has what they need.</summary>
    public static IReadOnlyList<TestProject> LeftOut(string root) => [.. Find(root, inSolution: false)];

    /// <summary>Where the assembly lies once compiled.</summary>
    public string AssemblyIn(string artifacts, Configuration configuration) =>
        Path.Join(artifacts, "bin", Name, configuration.ToString().ToLowerInvariant(), $"{Name}.dll");

    /// <summary>How many test methods its sources have, for what is not even loaded.</summary>
    public int MethodsIn(string root) =>
        Directory.EnumerateFiles(Path.Join(root, "tests", Name), "*.cs", SearchOption.AllDirectories)
            .SelectMany(File.ReadLines)
            .Count(line => TestAttribute().IsMatch(line));

    /// <summary>xunit's own attributes and those that are derived from them.</summary>
    [GeneratedRegex(@"^\s*\[\w*(Fact|Theory)\b")]
    private static partial Regex TestAttribute();

    [GeneratedRegex("<TestSeconds>([0-9]+)<")]
    private static partial Regex TestSeconds();

    private static IEnumerable<TestProject> Find(string root, bool inSolution)
    {
        var solution = File.ReadAllText(Path.Join(root, "Composer.slnx"));
        return Directory.EnumerateFiles(Path.Join(root, "tests"), "*.csproj", SearchOption.AllDirectories)
            .Select(file => (Name: Path.GetFileNameWithoutExtension(file), Text: File.ReadAllText(file)))
            .Where(project => project.Text.Contains("<IsTestProject>true<", StringComparison.Ordinal))
            .Where(project => solution.Contains($"/{project.Name}.csproj\"", StringComparison.Ordinal) == inSolution)
            .Select(project => new TestProject(
                project.Name,
                project.Text.Contains("<TestsWait>true<", StringComparison.Ordinal),
                project.Text.Contains("<RunTestsWithLibtorch>true<", StringComparison.Ordinal))
            {
                Seconds = TestSeconds().Match(project.Text) is { Success: true } match
                    ? int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)
                    : 0,
            })
            .OrderByDescending(project => project.Seconds)
            .ThenBy(project => project.Name, StringComparer.Ordinal);
    }
}
