using System.Xml.Linq;

namespace Composer.Structure.Tests;

public class DependencyMapTests
{
    private static readonly IReadOnlyDictionary<string, IReadOnlyList<string>> Map = DependencyMap.Read();

    [Fact]
    public void Every_project_has_its_row_and_every_row_its_project() => Assert.Equal(
        Clone.Projects("src").Select(project => project.Name).Order(StringComparer.Ordinal),
        Map.Keys.Order(StringComparer.Ordinal));

    [Fact]
    public void Projects_reference_only_what_the_map_allows() => Assert.Empty(
        from project in Clone.Projects("src")
        from reference in project.References
        where !Map[project.Name].Contains(reference)
        select $"{project.Name} must not reference {reference}");

    [Fact]
    public void The_map_points_one_way()
    {
        var settled = new HashSet<string>();
        while (Map.FirstOrDefault(row => !settled.Contains(row.Key) && row.Value.All(settled.Contains)) is { Key: not null } next)
        {
            settled.Add(next.Key);
        }

        Assert.Equal([], Map.Keys.Except(settled));
    }

    [Theory]
    [InlineData("Composer.Store", "Composer.Manifests")]
    [InlineData("Composer.Store", "Composer.Pipeline")]
    [InlineData("Composer.Training", "Composer.Pipeline")]
    [InlineData("Composer.Training", "Composer.Store")]
    [InlineData("Composer.Search", "Composer.Training")]
    [InlineData("Composer.Core", "Composer.Architecture")]
    public void Rooms_know_nothing_of(string project, string other) => Assert.DoesNotContain(other, Reachable(project));

    [Theory]
    [InlineData("Composer.Agents", "Composer.Bench", "Composer.Cli")]
    [InlineData("Composer.Reporting", "Composer.Cli")]
    [InlineData("Composer.Bench", "Composer.Cli")]
    [InlineData("Composer.Cli")]
    [InlineData("Composer.MSBuild")]
    public void Leaves_are_referenced_by_nobody_but(string leaf, params string[] others) =>
        Assert.Equal(others, Map.Where(row => row.Value.Contains(leaf)).Select(row => row.Key));

    [Fact]
    public void The_build_references_no_product_project() =>
        Assert.DoesNotContain(Clone.Projects("build").SelectMany(project => project.References), Map.ContainsKey);

    [Fact]
    public void The_solution_holds_every_project()
    {
        var listed = XDocument.Load(Path.Join(Clone.Root, "Composer.slnx")).Descendants("Project")
            .Select(project => (string)project.Attribute("Path")!).ToList();
        var present = Clone.Projects("src").Concat(Clone.Projects("tests")).Select(project => project.Path).ToList();

        Assert.Empty(present.Except(listed));
        Assert.DoesNotContain(listed, path => !File.Exists(Path.Join(Clone.Root, path)));
    }

    /// <summary>A clone that asks for no engine but the built-in one downloads nothing of libtorch.</summary>
    [Fact]
    public void What_composer_is_compiled_of_restores_no_libtorch()
    {
        var closure = Reachable("Composer.Cli").Append("Composer.Cli").ToHashSet();
        var locks = Clone.Projects("src").Where(project => closure.Contains(project.Name))
            .Select(project => Path.Join(Clone.Root, Path.GetDirectoryName(project.Path), "packages.lock.json")).ToList();

        Assert.DoesNotContain("Composer.Training.Torch", closure);
        Assert.Equal(closure.Count, locks.Count);
        Assert.All(locks, file => Assert.DoesNotContain("torch", File.ReadAllText(file), StringComparison.OrdinalIgnoreCase));
    }

    private static HashSet<string> Reachable(string project)
    {
        var reached = new HashSet<string>();
        var open = new Queue<string>(Map[project]);
        while (open.TryDequeue(out var next))
        {
            if (reached.Add(next))
            {
                foreach (var further in Map[next])
                {
                    open.Enqueue(further);
                }
            }
        }

        return reached;
    }
}
