using Composer.Build.CommandLine;

namespace Composer.Build.Tests.CommandLine;

public sealed class ExperimentCatalogTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ExperimentCatalog _catalog;

    public ExperimentCatalogTests()
    {
        _folder.Write("quickstart.toml", "");
        _folder.Write("composite-1b.toml", "");
        _folder.Write("reproduction/order.toml", "");
        _folder.Write("experiment.schema.json", "");
        _catalog = new ExperimentCatalog(_folder.Path);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Lists_manifests_only() => Assert.Equal(["composite-1b", "quickstart", "reproduction/order"], _catalog.Names);

    [Fact]
    public void Knows_an_experiment() => Assert.Null(_catalog.Mistake("quickstart"));

    [Fact]
    public void Takes_the_path_of_a_manifest() => Assert.Null(_catalog.Mistake(Path.Join(_folder.Path, "quickstart.toml")));

    [Fact]
    public void Suggests_the_experiment_that_was_meant() =>
        Assert.Equal("there is no experiment 'quickstrat' under experiments/. Did you mean 'quickstart'?", _catalog.Mistake("quickstrat"));

    [Fact]
    public void Lists_all_when_nothing_is_near() =>
        Assert.EndsWith("Experiments: composite-1b, quickstart, reproduction/order.", _catalog.Mistake("zzz"), StringComparison.Ordinal);

    [Fact]
    public void Asks_for_a_missing_name() => Assert.StartsWith("which experiment?", _catalog.Mistake(null), StringComparison.Ordinal);
}
