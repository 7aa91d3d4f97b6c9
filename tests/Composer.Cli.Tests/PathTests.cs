using Composer.Cli.Tests.Workspaces;
using Composer.Testing.Execution;
using Composer.Testing.Workspaces;

namespace Composer.Cli.Tests;

/// <summary>A workspace and a manifest at paths with any character.</summary>
[Collection(ComputedExperiment.Collection)]
public sealed class PathTests(ComputedExperiment computed) : IDisposable
{
    private readonly TemporaryFolder folder = new("composer ");

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_run_is_the_same_in_a_folder_with_every_character_that_programs_read_as_their_own()
    {
        const string name = "o'n e%20,;=&(ü)#?*\"$x\\y[b]{c}~!@|<>:日本";
        folder.Write($"{name}/experiments/tiny.toml", TinyExperiment.Manifest);
        var root = folder[name];

        ComposerExecutable.Run(root, null, "run", "tiny").Expect(0);

        Assert.Equal(computed.Workspace.Outputs(), ExperimentWorkspace.OutputsIn(Path.Join(root, "artifacts", "store")));
        Assert.NotEmpty(Directory.GetFiles(Path.Join(root, "artifacts", "logs"), "composer-*.log"));
        var trace = ComposerExecutable.Run(root, null, "trace", "pretrain/composite.validation_loss", "--json").Expect(0).Json;
        Assert.True(trace["whole"]!.GetValue<bool>());
        var runs = ComposerExecutable.Run(root, null, "runs", "--json").Expect(0).Json["runs"]!.AsArray();
        ComposerExecutable.Run(root, null, "store", "export", (string)Assert.Single(runs)!["id"]!, "a;b 'c%20.tar").Expect(0);
        Assert.True(File.Exists(Path.Join(root, "a;b 'c%20.tar")));
    }

    [Fact]
    public void A_line_break_in_the_path_is_refused_in_a_sentence()
    {
        folder.Write("a\nb/experiments/tiny.toml", TinyExperiment.Manifest);

        var call = ComposerExecutable.Run(folder["a\nb"], null, "run", "tiny").Expect(2);

        Assert.StartsWith("error CMP1004: The path of the clone, or of its artifacts, has a line break.", call.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder["a\nb/artifacts"]));
    }
}
