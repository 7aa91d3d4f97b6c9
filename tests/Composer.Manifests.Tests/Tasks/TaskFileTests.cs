using System.Text;
using Composer.Core.Diagnostics;
using Composer.Language.Evaluation;
using Composer.Language.Evaluation.Own;
using Composer.Manifests.Tasks;

namespace Composer.Manifests.Tests.Tasks;

/// <summary>A task's file: what it says, and every mistake in it with its line and column.</summary>
public sealed class TaskFileTests
{
    private const string Choice = """
        name = "mine"
        data = ["q.jsonl"]
        choices = ["{{a}}", "{{b}}"]
        answer = "{{right}}"

        """;

    [Fact]
    public void What_it_leaves_out_has_the_harness_s_defaults()
    {
        var task = Parse(Choice);
        Assert.Equal((TaskOutput.MultipleChoice, " ", "\n\n", "", 1.0), (task.OutputType, task.TargetDelimiter, task.FewshotDelimiter, task.Context, task.Version));
        Assert.Empty(task.Metrics);
        Assert.Equal("", Parse(Choice + "target_delimiter = \"\"\n").TargetDelimiter);
    }

    [Fact]
    public void Where_the_data_lies_is_in_no_key_and_all_else_is()
    {
        var version = TaskDefinitions.VersionOf(Parse(Choice));
        Assert.Equal(version, TaskDefinitions.VersionOf(Parse(Choice.Replace("q.jsonl", "elsewhere.jsonl", StringComparison.Ordinal))));
        string[] changes =
        [
            "version = 2", "context = \"c\"", "description = \"d\"", "target_delimiter = \"\"", "fewshot_delimiter = \"\\n\"",
            "metrics = [\"acc\"]", "leave_question_out = false", "fields = { x = \"y\" }",
        ];
        Assert.All(changes, change => Assert.NotEqual(version, TaskDefinitions.VersionOf(Parse(Choice + change + "\n"))));
    }

    // Each template in every kind of quotes has its mistake at its place.
    [Theory]
    [InlineData("context = \"a {{x|strp}}\"", 5, 18, "There is no filter 'strp'.", "'strip'")]
    [InlineData("context = 'a {{x|strp}}'", 5, 18, "There is no filter 'strp'.", "'strip'")]
    [InlineData("context = \"\\n\\u00e9\\U0001F600 {{x|strp}}\"", 5, 35, "There is no filter 'strp'.", "'strip'")]
    [InlineData("context = \"\"\"\nab\n{{x|strp}}\"\"\"", 7, 5, "There is no filter 'strp'.", "'strip'")]
    [InlineData("context = '''\nab\n  {{x|strp}}'''", 7, 7, "There is no filter 'strp'.", "'strip'")]
    [InlineData("context = \"\"\"a\\\n   b {{x|strp}}\"\"\"", 6, 10, "There is no filter 'strp'.", "'strip'")]
    [InlineData("context = \"é {{\"", 5, 16, "Here stands no field.", "name of a field")]
    [InlineData("context = \"{{x\"", 5, 12, "'{{' is not closed.", "'}}'")]
    [InlineData("context = \"x}}\"", 5, 13, "'}}' closes nothing", "braces themselves")]
    [InlineData("context = \"{% if x %}\"", 5, 12, "'{%' begins a statement", "{{field|filter}}")]
    [InlineData("context = \"{# x #}\"", 5, 12, "'{#' begins a comment", "{{field|filter}}")]
    [InlineData("context = \"{{x + y}}\"", 5, 16, "'+' is not understood here.", "conditions and arithmetic")]
    [InlineData("context = \"{{x.strip()}}\"", 5, 21, "'(' is not understood here.", "'|' and a filter")]
    [InlineData("context = \"{{x[y]}}\"", 5, 17, "A place in a list is a number", "choices[0]")]
    [InlineData("context = \"{{x|before}}\"", 5, 16, "'before' takes 1 arguments, not 0.", "before('text')")]
    [InlineData("context = \"{{x|strip('a')}}\"", 5, 16, "'strip' takes 0 arguments, not 1.", "strip")]
    [InlineData("context = \"{{x|replace('a}}\"", 5, 24, "A text in quotes is not closed.", "'")]
    [InlineData("context = '{{x|after(\"\\q\")}}'", 5, 23, "This escape is not understood.", "\\n")]
    [InlineData("[fields]\na = \"{{b}}\"\nb = \"{{ a }}\"", 6, 8, "'a' and 'b' are made of each other.", "another name")]
    [InlineData("fields.a = \"{{\"", 5, 15, "Here stands no field.", "")]
    public void A_template_that_is_none_is_refused_at_its_place(string line, int atLine, int atColumn, string what, string remedy)
    {
        var mistake = Mistakes(Choice + line + "\n")[0];
        Assert.Equal(("CMP0252", "t.toml", atLine, atColumn), (mistake.Code, mistake.Span!.Value.File, mistake.Span.Value.Line, mistake.Span.Value.Column));
        Assert.Contains(what, mistake.Message, StringComparison.Ordinal);
        Assert.Contains(remedy, mistake.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("name = \"mine\"", 1, 1, "'data' is missing")]
    [InlineData("data = [\"q\"]", 1, 1, "'name' is missing")]
    [InlineData(Choice + "colour = 1", 5, 1, "There is no key 'colour'.")]
    [InlineData(Choice + "chices = []", 5, 1, "There is no key 'chices'.")]
    [InlineData(Choice + "target = \"x\"", 5, 10, "A task of multiple_choice has no 'target'.")]
    [InlineData(Choice + "contexts = [\"x\"]", 3, 11, "A task of multiple_choice with 'contexts' has no 'choices'.")]
    [InlineData(Choice + "metrics = [\"acc\", \"perplexity\"]", 5, 19, "perplexity is not measured of multiple_choice.")]
    [InlineData(Choice + "metrics = [\"accuracy\"]", 5, 12, "'metrics[0]' cannot be 'accuracy'.")]
    [InlineData(Choice + "output_type = \"generate_until\"", 5, 15, "'output_type' cannot be 'generate_until'.")]
    [InlineData("name = \"m\"\ndata = [\"q\"]\noutput_type = \"loglikelihood\"", 1, 1, "A task of loglikelihood needs 'target'.")]
    [InlineData("name = \"m\"\ndata = [\"q\"]\noutput_type = \"loglikelihood_rolling\"\ntarget = \"x\"\ncontext = \"c\"", 5, 11, "has no 'context'.")]
    [InlineData("name = \"m\"\ndata = [\"q\"]\ncontexts = [\"a\", \"b\"]\ntarget = \"x\"\nanswer = \"0\"\nmetrics = [\"acc_norm\"]", 6, 12, "all as long")]
    [InlineData("name = \"piqa\"\ndata = [\"q\"]\nchoices = [\"a\"]\nanswer = \"0\"", 1, 8, "'piqa' is a task of its own already.")]
    [InlineData("name = \"a b\"\ndata = [\"q\"]\nchoices = [\"a\"]\nanswer = \"0\"", 1, 8, "'a b' is no name.")]
    [InlineData("name = \"m\"\ndata = [\"q\"\n", 2, 8, "The array is not closed")]
    public void A_file_that_makes_no_task_is_refused_at_its_place(string text, int line, int column, string what)
    {
        var mistakes = Mistakes(text);
        Assert.Contains(mistakes, m => m.Message.Contains(what, StringComparison.Ordinal));
        Assert.Contains(mistakes, m => (m.Span!.Value.Line, m.Span.Value.Column) == (line, column));
    }

    [Fact]
    public void All_mistakes_are_told_at_once()
    {
        var mistakes = Mistakes(Choice.Replace("{{a}}", "{{a|x}}", StringComparison.Ordinal) + "context = \"{{\"\ntarget = \"t\"\n");
        Assert.Equal([3, 5, 6], mistakes.Select(m => m.Span!.Value.Line));
    }

    [Fact]
    public void A_file_that_is_not_there_is_told() => Assert.Equal(
        "CMP0001", Assert.Throws<UserInputException>(() => TaskFile.Load("none/t.toml")).Diagnostics[0].Code);

    private static TaskDefinition Parse(string text) => TaskFile.Parse(Encoding.UTF8.GetBytes(text), "t.toml");

    private static IReadOnlyList<Diagnostic> Mistakes(string text) => Assert.Throws<UserInputException>(() => Parse(text)).Diagnostics;
}
