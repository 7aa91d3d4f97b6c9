using System.Text.Json.Nodes;
using Composer.MSBuild.Tasks;
using Composer.MSBuild.Tests.Tasks;
using Composer.Testing.Execution;
using Microsoft.Build.Framework;

namespace Composer.MSBuild.Tests;

/// <summary>The sample project, copied beside an experiment of seconds, with the real <c>composer</c>.</summary>
public sealed class RealExecutableTests : IDisposable
{
    internal const string Manifest = """
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

    private readonly TemporaryFolder root = new();

    public RealExecutableTests()
    {
        var original = Path.Join(CloneRoot.Path, "experiments", "msbuild", "Quickstart.Experiment.csproj");
        root.Write("experiments/tiny.toml", Manifest);
        root.Write(
            "experiments/msbuild/Tiny.Experiment.csproj",
            File.ReadAllText(original)
                .Replace("Include=\"quickstart\"", "Include=\"tiny\"", StringComparison.Ordinal)
                .Replace("../../src/", CloneRoot.Path + "/src/", StringComparison.Ordinal));

        // Below the temporary folder there is no Directory.Build.props: what the project needs of it is this.
        root.Write(
            "Directory.Build.props",
            "<Project><PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup></Project>");
    }

    public void Dispose() => root.Dispose();

    [Fact]
    public void A_build_runs_the_whole_experiment_and_the_next_one_finds_it_done()
    {
        var (firstCode, first) = Build();
        var (secondCode, second) = Build();

        Assert.True(firstCode == 0, first);
        Assert.Contains("search: run ", first, StringComparison.Ordinal);
        Assert.Contains("tiny: 8 stages ran, 0 were in the store", first, StringComparison.Ordinal);
        var report = root["artifacts/reports/tiny/index.html"];
        Assert.Contains($"report: {report}", first, StringComparison.Ordinal);
        Assert.True(File.Exists(report));
        Assert.True(secondCode == 0, second);
        Assert.Contains("search: hit ", second, StringComparison.Ordinal);
        Assert.Contains("tiny: 0 stages ran, 8 were in the store", second, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mistake_in_the_manifest_is_an_error_of_the_build_in_its_place()
    {
        root.Write("experiments/tiny.toml", "limt = 3\n" + Manifest);

        var (exitCode, output) = Build();

        Assert.NotEqual(0, exitCode);
        Assert.Matches(@"tiny\.toml\(1,1\): error CMP\d{4}: .*limt", output);
        Assert.False(Directory.Exists(root["artifacts/store"]));
    }

    [Fact]
    public void A_plan_of_the_real_executable_becomes_items_with_its_names_and_reasons()
    {
        var before = Plan();
        var (exitCode, output) = Build();
        Assert.True(exitCode == 0, output);
        var after = Plan();

        Assert.Equal(Printed().Select(row => (string)row["name"]!), before.Select(item => item.ItemSpec));
        Assert.Contains("pretrain/composite", before.Select(item => item.ItemSpec));
        Assert.All(before.Where(IsStage), item => Assert.Equal(item.ItemSpec.Split('/')[0], item.GetMetadata("Stage")));
        Assert.All(before.Where(IsStage), item => Assert.Equal("run", item.GetMetadata("Status")));
        Assert.All(before.Where(IsStage), item => Assert.NotEmpty(item.GetMetadata("Reasons")));
        Assert.All(after.Where(IsStage), item => Assert.Equal("hit", item.GetMetadata("Status")));
        Assert.All(after.Where(IsStage), item => Assert.Equal(64, item.GetMetadata("Key").Length));
    }

    [Fact]
    public void The_fake_executable_prints_nothing_that_the_real_one_does_not()
    {
        using var fake = new FakeComposer(FakeComposer.TwoStagePlan, FakeComposer.TwoStageRun);

        var real = Printed()[0].Select(property => property.Key);
        var faked = JsonNode.Parse(FinishedProcess.TryRun(fake.Executable, "plan")!.Output)!["stages"]!.AsArray();

        Assert.All(faked, row => Assert.Empty(row!.AsObject().Select(property => property.Key).Except(real)));
    }

    /// <summary>A stage, not the count of a search's evaluations.</summary>
    private static bool IsStage(ITaskItem item) => item.GetMetadata("Stage") != "evaluate";

    private ITaskItem[] Plan()
    {
        var engine = new RecordingEngine();
        var task = new ResolveExperiment
        {
            BuildEngine = engine,
            Executable = ComposerExecutable.Path,
            Experiment = "tiny",
            WorkingDirectory = root.Path,
        };
        Assert.True(task.Execute(), string.Join('\n', engine.Errors.Select(error => error.Message)));
        return task.Stages;
    }

    private JsonObject[] Printed() =>
    [
        .. ComposerExecutable.Run(
            root.Path, null, "plan", "tiny", "--json").Expect(0).Json["stages"]!.AsArray().Select(row => row!.AsObject()),
    ];

    private (int ExitCode, string Output) Build() => SampleBuild.Run(
        root["experiments/msbuild"],
        $"-p:ComposerExecutable={ComposerExecutable.Path}",
        $"-p:ComposerTasksAssembly={typeof(DiagnosticLine).Assembly.Location}",
        $"-p:ComposerWorkspace={root.Path}");
}
