using System.Globalization;
using System.Xml.Linq;
using Composer.Cli.Tests.Workspaces;
using Composer.Testing.Workspaces;

namespace Composer.Cli.Tests;

/// <summary><c>run --check</c>: every stage again, with other threads and elsewhere, to the same bits.</summary>
[Collection(ComputedExperiment.Collection)]
public class StageCheckTests(ComputedExperiment computed)
{
    [Fact]
    public void Every_stage_gives_the_same_bits_with_other_threads_in_another_folder()
    {
        using var workspace = computed.Workspace.Copy();
        var before = Files(workspace);
        var junit = Path.Combine(workspace.Root, "check.xml");

        var check = workspace.Call("run", "tiny", "--check", "--json", "--junit", junit).Expect(0).Json;

        var stages = check["stages"]!.AsArray();
        Assert.Equal(TinyExperiment.Stages, stages.Select(s => (string)s!["name"]!).Order(StringComparer.Ordinal));
        Assert.All(stages, s => Assert.Equal("equal", (string?)s!["status"]));
        var search = stages.Single(s => (string?)s!["name"] == "search")!;
        Assert.Equal((4, 0), (search["behind"]!.GetValue<int>(), search["behind_different"]!.GetValue<int>()));
        var trained = workspace.Beside("pretrain/composite", "timings.json")["threads"]!.GetValue<int>();
        Assert.NotEqual(trained, stages.Single(s => (string?)s!["name"] == "pretrain/composite")!["threads"]!.GetValue<int>());
        Assert.Equal(before, Files(workspace));
        Assert.Equal(
            TinyExperiment.Stages.Length.ToString(CultureInfo.InvariantCulture),
            (string?)XDocument.Load(junit).Root!.Element("testsuite")!.Attribute("tests"));
    }

    [Fact]
    public void One_stage_or_kind_can_be_checked_alone()
    {
        var one = computed.Workspace.Call("run", "tiny", "--check", "--stage", "lm-eval/llama").Expect(0);
        Assert.Contains("tiny: all 1 stages gave the same bits again.", one.Output, StringComparison.Ordinal);
        var kind = computed.Workspace.Call("run", "tiny", "--check", "--stage", "extrapolate", "--json").Expect(0).Json;
        Assert.Equal("extrapolate", (string?)Assert.Single(kind["stages"]!.AsArray())!["name"]);
    }

    [Fact]
    public void What_is_not_in_the_store_cannot_be_checked()
    {
        using var workspace = new ExperimentWorkspace();
        var check = workspace.Call("run", "tiny", "--check", "--stage", "search").Expect(1);
        Assert.Contains("not in the store: run it first", check.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_stage_is_named_together_with_check_alone()
    {
        var mistake = computed.Workspace.Call("run", "tiny", "--stage", "search").Expect(2);
        Assert.Contains("--stage goes with --check", mistake.Error, StringComparison.Ordinal);
    }

    /// <summary>What a check must not touch: records, blobs, reports; the index may count a look.</summary>
    private static IReadOnlyList<string> Files(ExperimentWorkspace workspace) =>
    [
        .. new[] { "store/records", "store/blobs", "reports", "check" }
            .Select(f => Path.Combine(workspace.Root, "artifacts", f))
            .Where(Directory.Exists)
            .SelectMany(f => Directory.EnumerateFiles(f, "*", SearchOption.AllDirectories))
            .Select(f => $"{f} {File.GetLastWriteTimeUtc(f).Ticks}")
            .Order(StringComparer.Ordinal),
    ];
}
