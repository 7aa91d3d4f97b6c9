using Composer.Structure.Tests;

namespace Composer.MSBuild.Tests;

/// <summary>The sample project, copied beside an experiment of seconds, with the real <c>composer</c>.</summary>
public sealed class RealExecutableTests : IDisposable
{
    private const string Manifest = """
        schema = 1
        name = "tiny"

        [search]
        strategy = "exhaustive"
        layers = 1
        model = { dim = 8, heads = 2, kv_heads = 2, hidden = 8 }

        [evaluate]
        tasks = ["memorization"]
        samples = 8
        test_samples = 8
        epochs = 1
        learning_rates = [5e-3]
        weight_decays = [0.0]

        [extrapolate]
        size = "1K"
        model = { dim = 8, heads = 2, kv_heads = 2, hidden = 8 }

        [pretrain]
        documents = 20
        validation_documents = 2
        tokenizer = "bytes"
        length = 32
        batch_tokens = 128
        tokens = 1024
        validations = 1

        [lm-eval]
        tasks = ["stories-who-has-it"]
        limit = 2
        lengths = [16]

        """;

    /// <summary>Beside the tests in <c>artifacts/bin</c>, of the same configuration.</summary>
    private static readonly string Executable = Path.GetFullPath(
        Path.Join(AppContext.BaseDirectory, "..", "..", "Composer.Cli", new DirectoryInfo(AppContext.BaseDirectory).Name, "composer"));

    private readonly string root = Directory.CreateTempSubdirectory("composer-msbuild-").FullName;

    public RealExecutableTests()
    {
        Assert.SkipUnless(File.Exists(Executable), $"Build src/Composer.Cli first: there is no {Executable}.");
        var original = Path.Join(CloneRoot.Path, "experiments", "msbuild", "Quickstart.Experiment.csproj");
        var folder = Directory.CreateDirectory(Path.Join(root, "experiments", "msbuild")).FullName;
        File.WriteAllText(Path.Join(root, "experiments", "tiny.toml"), Manifest);
        File.WriteAllText(
            Path.Join(folder, "Tiny.Experiment.csproj"),
            File.ReadAllText(original)
                .Replace("Include=\"quickstart\"", "Include=\"tiny\"", StringComparison.Ordinal)
                .Replace("../../src/", CloneRoot.Path + "/src/", StringComparison.Ordinal));

        // Below the temporary folder there is no Directory.Build.props: what the project needs of it is this.
        File.WriteAllText(
            Path.Join(root, "Directory.Build.props"),
            "<Project><PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup></Project>");
    }

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public void A_build_runs_the_whole_experiment_and_the_next_one_finds_it_done()
    {
        var (firstCode, first) = Build();
        var (secondCode, second) = Build();

        Assert.True(firstCode == 0, first);
        Assert.Contains("search: run ", first, StringComparison.Ordinal);
        Assert.Contains("tiny: 6 stages ran, 0 were in the store", first, StringComparison.Ordinal);
        var report = Path.Join(root, "artifacts", "reports", "tiny", "index.html");
        Assert.Contains($"report: {report}", first, StringComparison.Ordinal);
        Assert.True(File.Exists(report));
        Assert.True(secondCode == 0, second);
        Assert.Contains("search: hit ", second, StringComparison.Ordinal);
        Assert.Contains("tiny: 0 stages ran, 6 were in the store", second, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mistake_in_the_manifest_is_an_error_of_the_build_in_its_place()
    {
        File.WriteAllText(Path.Join(root, "experiments", "tiny.toml"), "limt = 3\n" + Manifest);

        var (exitCode, output) = Build();

        Assert.NotEqual(0, exitCode);
        Assert.Matches(@"tiny\.toml\(1,1\): error CMP\d{4}: .*limt", output);
        Assert.False(Directory.Exists(Path.Join(root, "artifacts", "store")));
    }

    private (int ExitCode, string Output) Build() => SampleBuild.Run(
        Path.Join(root, "experiments", "msbuild"),
        $"-p:ComposerExecutable={Executable}",
        $"-p:ComposerTasksAssembly={typeof(DiagnosticLine).Assembly.Location}",
        $"-p:ComposerRoot={root}");
}
