using System.Text;
using System.Text.Json;
using Composer.Language.Evaluation;
using Composer.Language.Evaluation.Own;
using Composer.Manifests.Tasks;

namespace Composer.Manifests.Tests.Tasks;

/// <summary>Every task of the harness that is built in can be said by a file: the same questions of the same ugly rows.</summary>
public sealed class BuiltInTasksAsFilesTests
{
    private static readonly Dictionary<string, string> Files = new()
    {
        ["hellaswag"] = """
            leave_question_out = true
            examples = ["hellaswag.train.jsonl"]
            context = "{{query|wikihow}}"
            choices = ["{{endings|wikihow}}"]
            answer = "{{label}}"
            [fields]
            query = "{{activity_label}}: {{ctx_a}} {{ctx_b|capitalize}}"
            """,
        ["piqa"] = """
            leave_question_out = true
            examples = ["piqa.train.jsonl"]
            context = "Question: {{goal}}\nAnswer:"
            choices = ["{{sol1}}", "{{sol2}}"]
            answer = "{{label}}"
            """,
        ["winogrande"] = """
            leave_question_out = true
            examples = ["winogrande.train.jsonl"]
            contexts = ["{{sentence|before('_')}}{{option1}}", "{{sentence|before('_')}}{{option2}}"]
            target = "{{sentence|after('_')|strip}}"
            answer = "{{answer|minus(1)}}"
            """,
        ["arc_easy"] = Arc("arc_easy"),
        ["arc_challenge"] = Arc("arc_challenge"),
        ["sciq"] = """
            examples = ["sciq.train.jsonl"]
            context = "{{support|lstrip}}\nQuestion: {{question}}\nAnswer:"
            choices = ["{{distractor1}}", "{{distractor2}}", "{{distractor3}}", "{{correct_answer}}"]
            answer = "3"
            """,
        ["lambada_openai"] = """
            output_type = "loglikelihood"
            leave_question_out = false
            context = "{{text|before_last(' ')}}"
            target = " {{text|after_last(' ')}}"
            """,
        ["wikitext"] = """
            version = 2
            output_type = "loglikelihood_rolling"
            leave_question_out = false
            target = "{{page|wikitext}}"
            """,
    };

    public static TheoryData<string> Names => [.. Files.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_file_s_questions_are_the_built_in_task_s(string name)
    {
        foreach (var set in new[] { "ugly", "scored" })
        {
            var folder = Path.Join(CloneRoot.Path, "tests/data/lm-eval", set);
            foreach (var shots in new[] { 0, 3 })
            {
                var builtIn = EvaluationTasks.Load(name, folder, shots, 0);
                var definition = TaskFile.Parse(Encoding.UTF8.GetBytes($"name = \"mine\"\ndata = [\"{name}.jsonl\"]\n{Files[name]}\n"), "t.toml");
                var mine = TaskDefinitions.Load(definition, Full(definition.Data), Full(definition.Examples), shots, 0);
                Assert.Equal(builtIn.Questions.Select(Text), mine.Questions.Select(Text));
                Assert.Equal(builtIn.ShotPool.Select(Text), mine.ShotPool.Select(Text));
                Assert.Equal(
                    (builtIn.Output, builtIn.DrawsOneMore, builtIn.TargetDelimiter, builtIn.FewshotDelimiter, builtIn.Version),
                    (mine.Output, mine.DrawsOneMore, mine.TargetDelimiter, mine.FewshotDelimiter, mine.Version));
                Assert.Equal(builtIn.Metrics, mine.Metrics);

                string[] Full(IEnumerable<string> paths) => [.. paths.Select(p => Path.Join(folder, p))];
            }
        }
    }

    /// <summary>Sizes of WikiText are the page's before it is cleaned, which no file can say.</summary>
    private static string Text(TaskQuestion q) => JsonSerializer.Serialize(new { q.Contexts, q.Choices, q.Gold, q.Target, q.Answer, Row = q.Row.GetRawText() });

    private static string Arc(string name) => $$$"""
        examples = ["{{{name}}}.train.jsonl"]
        context = "Question: {{question}}\nAnswer:"
        choices = ["{{choices.text}}"]
        answer = "{{choices.label|index(answerKey)}}"
        """;
}
