using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Composer.Cli.Tests.Workspaces;
using Composer.Testing.Workspaces;

namespace Composer.Cli.Tests;

[Collection(ComputedExperiment.Collection)]
public class TraceTests(ComputedExperiment computed)
{
    private const string Loss = "pretrain/composite.validation_loss";

    [Fact]
    public void A_number_leads_back_to_manifest_lines_code_seed_and_machine()
    {
        var trace = computed.Workspace.Call("trace", Loss, "--json").Expect(0).Json;

        Assert.True(trace["whole"]!.GetValue<bool>());
        var stages = trace["stages"]!.AsArray().Select(s => s!.AsObject()).ToArray();
        Assert.Equal(["pretrain/composite", "extrapolate", "tokenize", "aggregate", "search"], stages.Select(s => (string)s["name"]!));
        Assert.Equal(["input.architecture"], stages[0]["inputs"]![0]!["fields"]!.AsArray().Select(f => (string?)f));
        Assert.Equal(
            ["input.corpus.tokenized.content"], stages[0]["inputs"]![1]!["fields"]!.AsArray().Select(f => (string?)f));
        Assert.Equal(["input.search"], stages[3]["inputs"]![0]!["fields"]!.AsArray().Select(f => (string?)f));
        Assert.Equal(4, stages[4]["behind"]!.GetValue<int>());
        Assert.All(stages, s => Assert.True(s["key_holds"]!.GetValue<bool>()));
        Assert.All(stages, s => Assert.True(s["code_is_current"]!.GetValue<bool>()));
        Assert.All(stages, s => Assert.Contains("cores", (string)s["machine"]!, StringComparison.Ordinal));
        Assert.All(stages.SelectMany(s => s["blobs"]!.AsArray()), b => Assert.Equal("whole", (string?)b!["state"]));

        var corpus = stages[2]["fields"]!.AsArray().ToDictionary(f => (string)f!["path"]!, f => f!);
        Assert.Equal(Place("documents = 30"), (string?)corpus["corpus.documents"]["origin"]);

        var fields = stages[0]["fields"]!.AsArray().ToDictionary(f => (string)f!["path"]!, f => f!);
        Assert.Equal(Place("tokens = 4096"), (string?)fields["pretrain.tokens"]["origin"]);
        Assert.Equal(Place("seed = 17"), (string?)fields["seed"]["origin"]);
        Assert.Equal("default", (string?)fields["pretrain.clip"]["origin"]);
        Assert.Equal(64, ((string)fields["code"]["value"]!).Length);
    }

    [Fact]
    public void A_number_as_the_report_prints_it_is_found_and_followed()
    {
        var record = computed.Workspace.Records("pretrain/composite").Single();
        var output = JsonNode.Parse(
            File.ReadAllBytes(computed.Workspace.BlobPath((string)record["outputs"]!["pretrain.json"]!["digest"]!)))!;
        var printed = output["validation_loss"]!.GetValue<double>().ToString("0.000", CultureInfo.InvariantCulture);
        Assert.Contains(printed, File.ReadAllText((string)computed.First.Finished["report"]!), StringComparison.Ordinal);

        var trace = computed.Workspace.Call("trace", printed).Expect(0).Output;

        Assert.Contains(Loss, trace, StringComparison.Ordinal);
        Assert.Contains("every digest is right", trace, StringComparison.Ordinal);
    }

    [Fact]
    public void A_number_that_the_report_computes_leads_to_its_place_and_to_what_it_rests_on()
    {
        var report = File.ReadAllText((string)computed.First.Finished["report"]!);
        var difference = Regex.Match(report, @"[+−]?[0-9.]+ ± [0-9.]+ points").Value;
        Assert.NotEmpty(difference);

        var trace = computed.Workspace.Call("trace", difference, "--json").Expect(0).Json;

        var place = Assert.Single(trace["places"]!.AsArray())!;
        Assert.Contains(difference, (string)place["text"]!, StringComparison.Ordinal);
        var stages = trace["stages"]!.AsArray().ToDictionary(s => (string)s!["name"]!, s => s!);
        Assert.Superset(
            new HashSet<string>(["report", "lm-eval/composite", "lm-eval/llama", "pretrain/composite", "search"]), stages.Keys.ToHashSet());
        Assert.True(trace["whole"]!.GetValue<bool>());
        Assert.Contains("Headline: ", computed.Workspace.Call("trace", difference).Expect(0).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pretrain/composite", "model.safetensors")]
    [InlineData("search", "trials.json")]
    [InlineData("aggregate", "aggregate.json")]
    public void A_flipped_bit_anywhere_on_the_way_is_found(string stage, string output)
    {
        using var workspace = computed.Workspace.Copy();
        FlipBit((string)workspace.Records(stage).Single()["outputs"]![output]!["digest"]!, workspace);

        var call = workspace.Call("trace", Loss).Expect(1);

        Assert.Matches($@"{output.Replace(".", @"\.", StringComparison.Ordinal)}, .*, CORRUPT", call.Output);
        Assert.Contains("NOT every digest is right", call.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_flipped_bit_in_an_evaluation_behind_the_search_is_found()
    {
        using var workspace = computed.Workspace.Copy();
        FlipBit((string)workspace.Records("evaluate").First()["outputs"]!["evaluation.json"]!["digest"]!, workspace);

        Assert.Contains("evaluation.json is corrupt", workspace.Call("trace", Loss).Expect(1).Output, StringComparison.Ordinal);
        Assert.Contains(
            "every digest is right", workspace.Call("trace", "pretrain/llama.validation_loss").Expect(0).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_lost_output_is_told_of()
    {
        using var workspace = computed.Workspace.Copy();
        File.Delete(workspace.BlobPath((string)workspace.Records("extrapolate").Single()["outputs"]!["architecture.json"]!["digest"]!));

        Assert.Contains(
            "architecture.json",
            workspace.Call("trace", Loss).Expect(1).Output.Split('\n').Single(l => l.Contains("MISSING", StringComparison.Ordinal)),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_value_that_the_command_line_set_is_not_blamed_on_the_manifest()
    {
        using var workspace = computed.Workspace.Copy();
        workspace.Run("--set", "lm-eval.limit=4").Expect(0);

        var trace = workspace.Call("trace", "lm-eval/llama.tasks[0].accuracy", "--json").Expect(0).Json;

        var fields = trace["stages"]![0]!["fields"]!.AsArray().ToDictionary(f => (string)f!["path"]!, f => (string?)f!["origin"]);
        Assert.StartsWith("--set", fields["lm-eval.limit"], StringComparison.Ordinal);
        Assert.Equal(Place("tasks = [\"stories-who-has-it\"]"), fields["lm-eval.tasks"]);
    }

    [Fact]
    public void A_number_that_several_stages_have_is_listed()
    {
        var listed = computed.Workspace.Call("trace", "4096").Expect(0).Output;

        Assert.Contains("pretrain/composite.tokens = 4096", listed, StringComparison.Ordinal);
        Assert.Contains("pretrain/llama.tokens = 4096", listed, StringComparison.Ordinal);
        Assert.Contains("name one", listed, StringComparison.Ordinal);
    }

    [Fact]
    public void A_number_that_no_stage_has_is_a_mistake()
    {
        var call = computed.Workspace.Call("trace", "pretrain/composite.validation_los").Expect(2);
        Assert.Contains("CMP1011", call.Error, StringComparison.Ordinal);
        Assert.Contains(Loss, call.Error, StringComparison.Ordinal);
    }

    private static string Place(string assignment)
    {
        var lines = TinyExperiment.Manifest.Split('\n');
        var line = Array.FindIndex(lines, l => l == assignment);
        Assert.True(line >= 0, assignment);
        return string.Create(
            CultureInfo.InvariantCulture, $"experiments/tiny.toml({line + 1},{assignment.IndexOf('=', StringComparison.Ordinal) + 3})");
    }

    private static void FlipBit(string digest, ExperimentWorkspace workspace)
    {
        var file = workspace.BlobPath(digest);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var bytes = File.ReadAllBytes(file);
        bytes[bytes.Length / 2] ^= 0x10;
        File.WriteAllBytes(file, bytes);
    }
}
