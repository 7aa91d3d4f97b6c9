using System.Text.Json;

namespace Composer.Language.Evaluation.Harness;

/// <summary>Both of ARC's: they differ in their questions alone.</summary>
internal abstract class ArcTask : HarnessTask
{
    public override ChoiceQuestion Read(JsonElement row)
    {
        var choices = Field(row, "choices");
        return new ChoiceQuestion(
            $"Question: {Text(row, "question")}\nAnswer:",
            Texts(choices, "text"),
            Texts(choices, "label").ToList().IndexOf(Text(row, "answerKey")));
    }
}
