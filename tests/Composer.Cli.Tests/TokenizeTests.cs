using Composer.Cli.Tests.Workspaces;
using Composer.Testing.Workspaces;

namespace Composer.Cli.Tests;

/// <summary>A corpus is tokenized once, for every model, resume and experiment.</summary>
[Collection(ComputedExperiment.Collection)]
public class TokenizeTests(ComputedExperiment computed)
{
    private static readonly string[] Mine = ["--set", "pretrain.corpus=data/mine.jsonl", "--set", "pretrain.documents=0"];

    [Fact]
    public void Every_model_and_every_experiment_shares_it()
    {
        using var workspace = computed.Workspace.Copy();
        Assert.Single(workspace.Records("tokenize"));
        workspace.Write(
            "other",
            TinyExperiment.Manifest.Replace("name = \"tiny\"", "name = \"other\"", StringComparison.Ordinal)
                .Replace("length = 32", "length = 16", StringComparison.Ordinal)
            + "\n[[baseline]]\nname = \"attention\"\narchitecture = \"4A\"\n");

        var run = workspace.Call("run", "other", "--json").Expect(0);

        Assert.Contains("tokenize", run.Stages("hit"));
        Assert.Superset(
            new HashSet<string>(["pretrain/composite", "pretrain/llama", "pretrain/attention"]), run.Stages("ran").ToHashSet());
    }

    [Fact]
    public void A_corpus_that_was_saved_anew_with_the_same_texts_trains_nothing_again()
    {
        using var workspace = computed.Workspace.Copy();
        Save(workspace, i => $"{{\"text\": \"A bird saw {i} worms, and then it saw a cat.\"}}");
        var first = workspace.Run(Mine).Expect(0);
        Assert.Equal(["lm-eval/composite", "lm-eval/llama", "pretrain/composite", "pretrain/llama", "report", "tokenize"], first.Stages("ran"));

        Save(workspace, i => $"{{\"id\": {i}, \"text\": \"\\u0041 bird saw {i} worms, and then it saw a cat.\" }}");
        var plan = workspace.Plan(Mine);
        var again = workspace.Run(Mine).Expect(0);

        Assert.Equal(
            ["its input changed: source"],
            plan.Single(r => (string?)r["name"] == "tokenize")["reasons"]!.AsArray().Select(r => (string?)r));
        Assert.Equal(["report", "tokenize"], again.Stages("ran"));

        Save(workspace, i => $"{{\"text\": \"A bird saw {i + 1} worms, and then it saw a cat.\"}}");
        Assert.Superset(new HashSet<string>(["pretrain/composite", "pretrain/llama"]), workspace.Run(Mine).Expect(0).Stages("ran").ToHashSet());
    }

    [Fact]
    public void What_it_left_can_be_read_by_name_and_is_checked_and_traced_like_any_stage()
    {
        using var workspace = computed.Workspace.Copy();

        var check = workspace.Call("run", "tiny", "--check", "--stage", "tokenize", "--json").Expect(0);
        var trace = workspace.Call("trace", "tokenize.training.tokens").Expect(0).Output;

        Assert.Contains("tokenize", check.Output, StringComparison.Ordinal);
        Assert.Contains("every digest is right", trace, StringComparison.Ordinal);
        var output = workspace.Records("tokenize").Single()["outputs"]!.AsObject().Select(o => o.Key);
        Assert.Equal(
            ["corpus.json", "training-00000.bin", "training-00000.bin.idx", "validation-00000.bin", "validation-00000.bin.idx"],
            output.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_search_on_text_is_tokenized_once_too()
    {
        using var workspace = new ExperimentWorkspace();
        string[] text = ["--until", "search", "--set", "evaluate.tasks=[\"text\"]", "--set", "evaluate.text.length=16"];

        var run = workspace.Run([.. text, "--set", "evaluate.text.documents=20"]).Expect(0);

        Assert.Equal(["search", "tokenize/text"], run.Stages("ran"));
        Assert.Equal(["search"], workspace.Run([.. text, "--set", "evaluate.text.documents=20", "--set", "evaluate.epochs=1"]).Expect(0).Stages("ran"));
    }

    /// <summary>The last document is one token: there is nothing to be validated on.</summary>
    [Theory]
    [InlineData("plan")]
    [InlineData("run")]
    [InlineData("manifest check")]
    public void A_corpus_without_a_validation_loss_is_refused_before_anything_runs(string command)
    {
        using var workspace = new ExperimentWorkspace(TinyExperiment.Manifest
            .Replace("corpus = \"stories\"", "corpus = \"data/ends.bin\"", StringComparison.Ordinal)
            .Replace("tokenizer = \"bytes\"", "tokenizer = \"data/t.json\"", StringComparison.Ordinal)
            .Replace("documents = 30\nvalidation_documents = 4", "validation_documents = 1", StringComparison.Ordinal));
        Directory.CreateDirectory(Path.Combine(workspace.Root, "data"));
        var tokens = Enumerable.Range(0, 400).Select(i => (ushort)(i % 250)).ToArray();
        using (var shard = new BinaryWriter(File.Create(Path.Combine(workspace.Root, "data", "ends.bin"))))
        {
            foreach (var header in (int[])[20240520, 1, tokens.Length, .. new int[253]])
            {
                shard.Write(header);
            }

            Array.ForEach(tokens, shard.Write);
        }

        File.WriteAllBytes(Path.Combine(workspace.Root, "data", "t.json"), SmallTokenizer.Json);
        using (var sidecar = new BinaryWriter(File.Create(Path.Combine(workspace.Root, "data", "ends.bin.idx"))))
        {
            sidecar.Write(0L);
            sidecar.Write(200L);
            sidecar.Write(399L);
        }

        var call = workspace.Call([.. command.Split(' '), "tiny"]).Expect(2);

        Assert.Contains("error CMP6005", call.Error, StringComparison.Ordinal);
        Assert.Contains("no validation loss", call.Error, StringComparison.Ordinal);
        Assert.Contains("validation_documents", call.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", call.Output + call.Error, StringComparison.Ordinal);
        Assert.False(HasResults(workspace));
    }

    [Fact]
    public void What_is_too_short_after_tokenization_trains_nothing()
    {
        using var workspace = computed.Workspace.Copy();
        Save(workspace, i => "{\"text\": \"a\"}", 8);
        string[] shorter = [.. Mine, "--set", "pretrain.validation_documents=1"];

        var run = workspace.Run(shorter).Expect(1);

        Assert.Equal(["tokenize"], run.Stages("ran").Except(["report"]));
        Assert.Equal(["pretrain/composite", "pretrain/llama"], run.Stages("failed"));
        Assert.Contains("training tokens are less than one sequence", run.Output, StringComparison.Ordinal);

        // Now it is known, and nothing runs.
        Assert.Contains("CMP6005", workspace.Call(["plan", "tiny", .. shorter]).Expect(2).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("plan")]
    [InlineData("run")]
    [InlineData("manifest check")]
    public void A_tokenizer_that_cannot_be_read_is_refused_by_name_before_anything_runs(string command)
    {
        using var workspace = new ExperimentWorkspace();
        File.WriteAllText(Path.Combine(workspace.Root, "words.json"), "{\"model\": {\"type\": \"WordPiece\", \"vocab\": {}}}");

        var call = workspace.Call([.. command.Split(' '), "tiny", "--set", "pretrain.tokenizer=words.json"]).Expect(2);

        Assert.Contains("error CMP6002", call.Error, StringComparison.Ordinal);
        Assert.Contains("words.json", call.Error, StringComparison.Ordinal);
        Assert.False(HasResults(workspace));
    }

    [Fact]
    public void Paths_of_a_manifest_elsewhere_start_beside_it_and_a_missing_file_is_told_with_where_they_start()
    {
        using var workspace = computed.Workspace.Copy();
        using var elsewhere = new TemporaryFolder("elsewhere ");
        elsewhere.Write("data/mine.txt", string.Join("\n\n", Enumerable.Range(0, 40).Select(i => $"A bird saw {i} worms and a cat.")));
        var manifest = elsewhere.Write(
            "tiny.toml", TinyExperiment.Manifest.Replace("corpus = \"stories\"", "corpus = \"data/mine.txt\"", StringComparison.Ordinal));

        Assert.Contains("no mistakes", workspace.Call("manifest", "check", manifest).Expect(0).Output, StringComparison.Ordinal);
        Assert.Contains("tokenize", workspace.Call("run", manifest, "--until", "tokenize", "--json").Expect(0).Stages("ran"));

        // The same path in the clone's own manifest is the clone's.
        var missing = workspace.Call("plan", "tiny", "--set", "pretrain.corpus=data/mine.txt").Expect(2).Error;
        Assert.Contains($"There is no file 'data/mine.txt' in '{workspace.Root}'", missing, StringComparison.Ordinal);
    }

    private static bool HasResults(ExperimentWorkspace workspace) =>
        Directory.Exists(workspace.Store) && workspace.Outputs().Count > 0;

    private static void Save(ExperimentWorkspace workspace, Func<int, string> line, int count = 300)
    {
        var data = Directory.CreateDirectory(Path.Combine(workspace.Root, "data")).FullName;
        File.WriteAllLines(Path.Combine(data, "mine.jsonl"), Enumerable.Range(0, count).Select(line));
    }
}
