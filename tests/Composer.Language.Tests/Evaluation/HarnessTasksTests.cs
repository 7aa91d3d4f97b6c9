using Composer.Core.Diagnostics;
using Composer.Language.Evaluation;

namespace Composer.Language.Tests.Evaluation;

public sealed class HarnessTasksTests
{
    [Fact]
    public void HellaSwag_is_cleaned_and_capitalised()
    {
        var question = Load(
            "hellaswag",
            """{"activity_label": "Baking", "ctx_a": "A man [header] How to bake [title] Start.", "ctx_b": "THE Oven", "endings": [" is  hot. ", "[step] runs.", "a", "b"], "label": "1"}""");
        Assert.Equal("Baking: A man How to bake. Start. The oven", question.Contexts[0]);
        Assert.Equal(["is hot.", " runs.", "a", "b"], question.Choices);
        Assert.Equal(1, question.Gold);
    }

    [Fact]
    public void Piqa_asks_for_a_goal()
    {
        var question = Load("piqa", """{"goal": "Boil water", "sol1": "Heat it.", "sol2": "Freeze it.", "label": 0}""");
        Assert.Equal("Question: Boil water\nAnswer:", question.Contexts[1]);
        Assert.Equal(["Heat it.", "Freeze it."], question.Choices);
    }

    [Fact]
    public void Winogrande_changes_the_context_and_keeps_the_continuation()
    {
        var question = Load("winogrande", """{"sentence": "Sarah beat Maria because _ was better. ", "option1": "Sarah", "option2": "Maria", "answer": "1"}""");
        Assert.Equal(["Sarah beat Maria because Sarah", "Sarah beat Maria because Maria"], question.Contexts);
        Assert.Equal(["was better.", "was better."], question.Choices);
        Assert.Equal(0, question.Gold);
    }

    [Theory]
    [InlineData("arc_easy")]
    [InlineData("arc_challenge")]
    public void Arc_finds_its_answer_by_label(string name)
    {
        var question = Load(name, """{"question": "Which?", "choices": {"text": ["x", "y", "z"], "label": ["1", "2", "3"]}, "answerKey": "3"}""");
        Assert.Equal("Question: Which?\nAnswer:", question.Contexts[0]);
        Assert.Equal(2, question.Gold);
    }

    [Fact]
    public void SciQ_gives_the_support_first_and_the_right_answer_last()
    {
        var question = Load(
            "sciq",
            """{"support": "  Ice is water.", "question": "What is ice?", "distractor1": "a", "distractor2": "b", "distractor3": "c", "correct_answer": "water"}""");
        Assert.Equal("Ice is water.\nQuestion: What is ice?\nAnswer:", question.Contexts[0]);
        Assert.Equal(["a", "b", "c", "water"], question.Choices);
        Assert.Equal(3, question.Gold);
    }

    [Fact]
    public void A_row_without_its_fields_or_its_answer_is_a_diagnostic_with_its_line()
    {
        Assert.Equal(("CMP6008", 2), CodeAndLine("{\"goal\": \"g\", \"sol1\": \"a\", \"sol2\": \"b\", \"label\": 1}\n{\"goal\": \"g\"}\n"));
        Assert.Equal(("CMP6008", 1), CodeAndLine("{\"goal\": \"g\", \"sol1\": \"a\", \"sol2\": \"b\", \"label\": 2}\n"));
        Assert.Equal(("CMP6003", 1), CodeAndLine("{\"goal\": \n"));
    }

    [Fact]
    public void A_missing_file_and_an_unknown_task_are_diagnostics()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal(
            "CMP6001", Assert.Throws<UserInputException>(() => EvaluationTasks.Load("piqa", folder.Path, 0, 0)).Diagnostics[0].Code);
        var unknown = Assert.Throws<UserInputException>(() => EvaluationTasks.Load("hellaswagg", folder.Path, 0, 0)).Diagnostics[0];
        Assert.Equal("CMP6009", unknown.Code);
        Assert.Contains("hellaswag", unknown.Remedy);
    }

    private static TaskQuestion Load(string task, string row)
    {
        using var folder = new TemporaryFolder();
        folder.Write(task + ".jsonl", row + "\n");
        return Assert.Single(EvaluationTasks.Load(task, folder.Path, 0, 0).Questions);
    }

    private static (string, int) CodeAndLine(string content)
    {
        using var folder = new TemporaryFolder();
        folder.Write("piqa.jsonl", content);
        var diagnostic = Assert.Throws<UserInputException>(() => EvaluationTasks.Load("piqa", folder.Path, 0, 0)).Diagnostics[0];
        return (diagnostic.Code, diagnostic.Span!.Value.Line);
    }
}
