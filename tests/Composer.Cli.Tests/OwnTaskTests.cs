using Composer.Testing.Workspaces;

namespace Composer.Cli.Tests;

/// <summary>A task of one's own by the executable: checked, scored, in the key, with its samples.</summary>
public sealed class OwnTaskTests : IDisposable
{
    private const string Task = """
        name = "mine"
        data = ["mine.jsonl"]
        context = "Q: {{q}}"
        choices = ["{{a}}", "{{b}}"]
        answer = "{{r}}"

        """;

    private const string Page = "name = \"page\"\noutput_type = \"loglikelihood_rolling\"\ndata = [\"page.txt\"]\ntarget = \"{{text}}\"\n";

    private static readonly string[] Set =
        ["--set", "lm-eval.tasks=[\"tasks/mine.toml\", \"tasks/page.toml\"]", "--set", "lm-eval.log_samples=true", "--set", "aggregate.confirm=false"];

    private readonly ExperimentWorkspace workspace = new(TinyExperiment.Manifest);

    public OwnTaskTests()
    {
        Directory.CreateDirectory(Path.Combine(workspace.Root, "tasks"));
        Write("mine.toml", Task);
        Write("page.toml", Page);
        Write("mine.jsonl", "{\"q\": \"one\", \"a\": \"x\", \"b\": \"y\", \"r\": 1}\n{\"q\": \"two\", \"a\": \"x\", \"b\": \"y\", \"r\": \"0\"}\n");
        Write("page.txt", "Anna sold the kite.\n\nIt was red.\n");
    }

    public void Dispose() => workspace.Dispose();

    [Fact]
    public void It_is_scored_and_what_its_file_and_its_data_say_is_in_the_key()
    {
        workspace.Call(["manifest", "check", TinyExperiment.Name, .. Set]).Expect(0);
        string[] run = ["--until", "lm-eval/llama", .. Set];
        workspace.Run(run).Expect(0);
        var output = workspace.Output("lm-eval/llama", "lm-eval.json");
        Assert.Equal("mine", (string)output["tasks"]![0]!["task"]!);
        Assert.Equal(
            ["word_perplexity", "byte_perplexity", "bits_per_byte"],
            output["perplexities"]!.AsArray().Select(p => (string)p!["metric"]!));
        var results = workspace.Output("lm-eval/llama", "results.json")["results"]!;
        Assert.Equal((double)output["tasks"]![0]!["accuracy"]!, (double)results["mine"]!["acc,none"]!);

        Assert.Equal([], workspace.Run(run).Expect(0).Stages("ran"));
        Write("mine.toml", "# nothing of it\n" + Task);
        Assert.Equal([], workspace.Run(run).Expect(0).Stages("ran"));
        Write("mine.toml", Task.Replace("Q: ", "Question: ", StringComparison.Ordinal));
        Assert.Equal(["lm-eval/llama"], workspace.Run(run).Expect(0).Stages("ran"));
        Write("page.txt", "Anna sold the kite.\n\nIt was blue.\n");
        Assert.Equal(["lm-eval/llama"], workspace.Run(run).Expect(0).Stages("ran"));
    }

    [Theory]
    [InlineData("mine.toml", "context = \"{{q|strp}}\"\n", "tasks/mine.toml(1,16): error CMP0252: In 'context': There is no filter 'strp'.")]
    [InlineData("mine.jsonl", "{\"q\": \"one\"}\n", "tasks/mine.jsonl(1,1): error CMP6008: This is no row of mine: it lacks 'a'.")]
    [InlineData("mine.jsonl", "{\"q\": \"one\", \"a\": \"x\", \"b\": \"y\", \"r\": 2}\n", "tasks/mine.jsonl(1,1): error CMP6008: The answer is none of the choices.")]
    [InlineData("page.toml", "name = \"mine\"\n", "Two of the files in 'lm-eval.tasks' define a task 'mine'.")]
    public void A_mistake_in_it_is_told_by_check_and_plan(string name, string begins, string said)
    {
        var without = string.Join(
            '\n', File.ReadAllText(Path.Combine(workspace.Root, "tasks", name)).Split('\n').Where(l => !l.StartsWith(begins.Split(' ')[0] + " ", StringComparison.Ordinal)));
        Write(name, begins + without);
        foreach (var command in new[] { new[] { "manifest", "check" }, ["plan"] })
        {
            Assert.Contains(said, workspace.Call([.. command, TinyExperiment.Name, .. Set]).Expect(2).Error, StringComparison.Ordinal);
        }
    }

    private void Write(string name, string content) => File.WriteAllText(Path.Combine(workspace.Root, "tasks", name), content);
}
