using Composer.Build.CommandLine;

namespace Composer.Build.Tests.CommandLine;

public sealed class ExperimentCatalogTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly ExperimentCatalog catalog;

    public ExperimentCatalogTests()
    {
        folder.Write("quickstart.toml", "");
        folder.Write("composite-1b.toml", "");
        folder.Write("reproduction/order.toml", "");
        folder.Write("experiment.schema.json", "");
        catalog = new ExperimentCatalog(folder.Path);
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Lists_manifests_only() => Assert.Equal(["composite-1b", "quickstart", "reproduction/order"], catalog.Names);

    [Fact]
    public void Knows_an_experiment() => Assert.Null(catalog.Mistake("quickstart"));

    [Fact]
    public void Takes_the_path_of_a_manifest() => Assert.Null(catalog.Mistake(Path.Join(folder.Path, "quickstart.toml")));

    [Fact]
    public void Suggests_the_experiment_that_was_meant() =>
        Assert.Equal("there is no experiment 'quickstrat' under experiments/. Did you mean 'quickstart'?", catalog.Mistake("quickstrat"));

    [Fact]
    public void Lists_all_when_nothing_is_near() =>
        Assert.EndsWith("Experiments: composite-1b, quickstart, reproduction/order.", catalog.Mistake("zzz"), StringComparison.Ordinal);

    [Fact]
    public void Asks_for_a_missing_name() => Assert.StartsWith("which experiment?", catalog.Mistake(null), StringComparison.Ordinal);
}
