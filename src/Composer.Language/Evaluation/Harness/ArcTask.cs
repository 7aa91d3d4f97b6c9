using System.Text.Json;
using System.Text.Json.Nodes;

namespace Composer.Language.Evaluation.Harness;

/// <summary>Both of ARC's: they differ in their questions alone.</summary>
internal abstract class ArcTask : HarnessTask
{
    /// <summary>Which part of the data set.</summary>
    protected abstract string Part { get; }

    public override TaskQuestion Read(JsonElement row)
    {
        var choices = Field(row, "choices");
        return new TaskQuestion(
            $"Question: {Text(row, "question")}\nAnswer:",
            Texts(choices, "text"),
            Texts(choices, "label").ToList().IndexOf(Text(row, "answerKey")));
    }

    public override JsonObject Configure() => Configuration(
        ("allenai/ai2_arc", Part),
        ["train", "validation", "test"],
        "Question: {{question}}\nAnswer:",
        "{{choices.label.index(answerKey)}}",
        "{{choices.text}}",
        "ai2_arc");
}
