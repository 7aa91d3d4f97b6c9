using System.Text.Json.Nodes;
using Composer.Cli.Tests.Workspaces;
using Composer.Testing.Execution;
using Composer.Testing.Workspaces;

namespace Composer.Cli.Tests;

[Collection(ComputedExperiment.Collection)]
public class CommandTests(ComputedExperiment computed)
{
    [Fact]
    public void The_paper_s_order_stacks_to_its_published_billion()
    {
        var expanded = computed.Workspace.Call(
            "architecture", "expand", "2A+4M", "--method", "stack", "--size", "1B", "--json").Expect(0).Json;

        Assert.Equal("4x(2A+4M)+1A+2M", (string?)expanded["architecture"]);
        Assert.Equal(27, expanded["layers"]!.GetValue<int>());
        Assert.Equal(18_432, expanded["kv_bytes_per_token"]!.GetValue<long>());
        Assert.InRange(expanded["parameters"]!.GetValue<long>(), 990_000_000, 1_010_000_000);
        Assert.Null(expanded["active_parameters"]);
        var experts = computed.Workspace.Call("architecture", "expand", "1A+1E", "--size", "1B", "--json").Expect(0).Json;
        Assert.Equal(
            (10_485_760 + 50_348_032.0) / (10_485_760 + 201_342_976),
            experts["active_parameters"]!.GetValue<long>() / experts["parameters"]!.GetValue<double>(),
            1e-3);
        Assert.True(expanded["flops_per_token"]!.GetValue<long>() > 6 * expanded["parameters"]!.GetValue<long>());
    }

    [Fact]
    public void The_benchmark_measures_speed_and_its_share_of_the_peak_probed_in_the_same_run()
    {
        var measured = computed.Workspace.Call(
            "bench", "train", "--arch", "AM", "--dim", "16", "--heads", "2", "--kv-heads", "2", "--hidden", "16",
            "--length", "16", "--batch", "2", "--threads", "1", "--seconds", "0", "--json").Expect(0).Json;

        Assert.True(measured["tokens_per_second"]!.GetValue<double>() > 0);
        Assert.InRange(measured["fraction_of_peak"]!.GetValue<double>(), 1e-6, 1);
        Assert.Equal(1, measured["threads"]!.GetValue<int>());
        Assert.NotEmpty((string)measured["isa"]!);
    }

    [Fact]
    public void The_engine_s_table_sets_each_speed_beside_its_goal()
    {
        string[] call = ["bench", "engine", "--rows", "selective-copying,in-context-recall", "--repeat", "1", "--seconds", "0"];
        var table = computed.Workspace.Call([.. call, "--json"]).Expect(0).Json;

        var rows = table["rows"]!.AsArray();
        Assert.Equal(["in-context-recall", "selective-copying"], rows.Select(r => (string)r!["name"]!));
        foreach (var row in rows)
        {
            var figure = row!["figure"]!;
            Assert.Equal(0.6, figure["goal"]!.GetValue<double>());
            Assert.InRange(figure["median"]!.GetValue<double>(), 1e-6, 1);
            Assert.Equal(figure["median"]!.GetValue<double>() >= 0.6, figure["reached"]!.GetValue<bool>());
        }

        Assert.NotEmpty((string)table["machine"]!);
        var mistake = computed.Workspace.Call("bench", "engine", "--rows", "nothing").Expect(2).Error;
        Assert.Contains("AAMMMM-avx2", mistake, StringComparison.Ordinal);
    }

    [Fact]
    public void Benchmarks_of_the_store_and_the_planner_measure_beside_other_tools_and_leave_nothing()
    {
        using var workspace = new ExperimentWorkspace();

        var store = workspace.Call("bench", "store", "--seconds", "0.05", "--size", "2", "--json").Expect(0).Json;
        var plan = workspace.Call("bench", "plan", "--stages", "20", "--json").Expect(0).Json;

        Assert.All(store["publish"]!.AsArray(), p => Assert.True(p!["units_per_second"]!.GetValue<double>() > 0));
        Assert.Equal(2 << 20, store["large"]!["bytes"]!.GetValue<long>());
        foreach (var rate in (string[])["hash", "add", "read", "sha256_sum", "copy"])
        {
            Assert.True(store["large"]![$"{rate}_bytes_per_second"]!.GetValue<double>() > 0, rate);
        }

        Assert.Equal(20, plan["stages"]!.GetValue<int>());
        Assert.All((string[])["first", "second", "look"], p => Assert.True(plan[p]!["seconds"]!.GetValue<double>() > 0));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(workspace.Root, "artifacts")));
    }

    [Fact]
    public void Statistics_count_the_stages_of_each_kind()
    {
        var statistics = computed.Workspace.Call("store", "stats", "--json").Expect(0).Json;

        var counts = statistics["stages"]!.AsArray().ToDictionary(s => (string)s!["kind"]!, s => s!["count"]!.GetValue<int>());
        Assert.Equal(TinyExperiment.Evaluations, counts["evaluate"]);
        Assert.Equal(2, counts["pretrain"]);
        Assert.Equal(1, counts["report"]);
        Assert.True(statistics["bytes"]!.GetValue<long>() > 0);
        Assert.Contains("pretrain", computed.Workspace.Call("store", "stats").Expect(0).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Why_shows_every_field_of_a_key_and_what_it_was()
    {
        var hit = computed.Workspace.Call("why", "tiny", "pretrain/llama", "--json").Expect(0).Json;
        var changed = computed.Workspace.Call("why", "tiny", "pretrain/llama", "--set", "pretrain.length=16").Expect(0).Output;

        Assert.Equal("hit", (string?)hit["stage"]!["status"]);
        var fields = hit["fields"]!.AsArray().ToDictionary(f => (string)f!["path"]!, f => (string?)f!["value"]);
        Assert.Equal("17", fields["seed"]);
        Assert.Equal("AMAM", fields["input.architecture"]);
        Assert.Equal("32", fields["pretrain.length"]);
        Assert.DoesNotContain(fields, f => f.Value!.Contains(computed.Workspace.Root, StringComparison.Ordinal));
        Assert.Matches(@"pretrain\.length +16   was 32", changed);
    }

    [Fact]
    public void People_get_plain_lines_when_the_output_is_no_terminal()
    {
        using var workspace = computed.Workspace.Copy();

        var plan = workspace.Call("plan", "tiny", "--set", "lm-eval.limit=3").Expect(0).Output;
        var run = workspace.Call("run", "tiny", "--set", "lm-eval.limit=3").Expect(0).Output;

        Assert.Matches(@"lm-eval/llama .* run +lm-eval\.limit: 5 → 3", plan);
        Assert.Contains("7 hits, 3 to run", plan, StringComparison.Ordinal);
        Assert.Contains("lm-eval/llama: runs (lm-eval.limit: 5 → 3)", run, StringComparison.Ordinal);
        Assert.Contains("Done: 3 ran, 7 hits", run, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', run);
    }

    [Fact]
    public void An_agent_runs_a_job_file_by_hand()
    {
        using var workspace = new ExperimentWorkspace();
        using var run = workspace.StartRun(TinyExperiment.Longer);
        Assert.True(run.WaitFor(e => (string?)e["stage"] == "pretrain/llama" && e["progress"]?["measures"]?["step"] is not null));
        var key = (string)run.Event(e => (string?)e["event"] == "stage-started" && (string?)e["stage"] == "pretrain/llama")["key"]!;
        var job = JsonNode.Parse(File.ReadAllBytes(Path.Combine(workspace.Root, "artifacts", "work", key, "job.json")))!.AsObject();
        run.Signal("KILL");
        run.WaitForAgents(TimeSpan.FromSeconds(10));
        var folder = Path.Combine(workspace.Root, "by-hand");
        Directory.CreateDirectory(folder);
        job["folder"] = folder;
        job["units"]![0]!["inputs"]!["pretrain"]!["training"]!["tokens"] = 2048;
        File.WriteAllText(Path.Combine(folder, "job.json"), job.ToJsonString());

        var call = workspace.Call("agent", Path.Combine(folder, "job.json")).Expect(0);

        var result = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "result.json")))!;
        Assert.Null(result["failure"]);
        var told = call.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!).ToArray();
        var finished = told.Select(line => line["event"]?["finished"]).Single(unit => unit is not null)!;
        Assert.Equal(key, (string?)finished["key"]);
        Assert.True(File.Exists(Path.Combine(folder, (string)finished["outputs"]!["model.safetensors"]!)));
        Assert.NotNull(told[^1]["result"]);
    }

    [Fact]
    public void An_agent_says_what_is_wrong_with_a_job_file()
    {
        using var workspace = new ExperimentWorkspace();
        var job = Path.Combine(workspace.Root, "job.json");
        File.WriteAllText(job, """{"kind":"pretrain"}""");

        foreach (var path in (string[])[job, Path.Combine(workspace.Root, "missing.json")])
        {
            var call = workspace.Call("agent", path);

            Assert.InRange(call.ExitCode, 1, 2);
            Assert.Contains("error CMP", call.Error, StringComparison.Ordinal);
            Assert.DoesNotContain("This is a bug", call.Error, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("", "run plan why architecture store bench agent")]
    [InlineData("run", "NAME --until --profile --set --agent --jobs --json --artifacts --accept --because")]
    [InlineData("plan", "NAME --until --profile --set --json --engines --check --artifacts")]
    [InlineData("why", "NAME STAGE --profile --set --json --artifacts")]
    [InlineData("architecture expand", "ARCHITECTURE --method --size --json")]
    [InlineData("store stats", "--json --artifacts")]
    [InlineData("store verify", "--json --artifacts")]
    [InlineData("bench train", "--arch --dim --heads --kv-heads --hidden --length --batch --threads --seconds --engine --device --json")]
    [InlineData("bench candidate", "--repeat --json")]
    [InlineData("bench signal", "NAME --orders --seeds --json")]
    [InlineData("bench store", "--seconds --size --json --artifacts")]
    [InlineData("bench plan", "--stages --json --artifacts")]
    [InlineData("bench queue", "--candidates --evaluations --nodes --cores --queue --seconds --json --markdown --artifacts")]
    [InlineData("trace", "VALUE --run --json --artifacts")]
    [InlineData("agent", "JOB")]
    [InlineData("manifest check", "NAME --profile --set")]
    [InlineData("data", "fetch prepare describe get stories mad")]
    [InlineData("data fetch", "NAME --list --to --mirror COMPOSER_DATA_MIRROR")]
    [InlineData("data prepare", "INPUT --to --tokenizer --vocabulary --text-field --documents --validation --skip-bad-lines --threads")]
    [InlineData("data get", "NAME STAGE FOLDER --run --artifacts")]
    public void Help_lists_what_a_command_takes(string command, string listed)
    {
        var help = ComposerExecutable.Run(
            Path.GetTempPath(), null, [.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]).Expect(0);

        Assert.All(listed.Split(' '), word => Assert.Contains(word, help.Output, StringComparison.Ordinal));
        Assert.Empty(help.Error);
    }
}
