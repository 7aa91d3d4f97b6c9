using System.Text.Json;

namespace Composer.Language.Evaluation.Harness;

/// <summary>Both of ARC's: they differ in their questions alone.</summary>
internal abstract class ArcTask : HarnessTask
{
    public override ChoiceQuestion Read(JsonElement row)
    {
        var choices = row.GetProperty("choices");
        var labels = choices.GetProperty("label").EnumerateArray().Select(l => l.GetString()).ToList();
        return new ChoiceQuestion(
            $"Question: {Text(row, "question")}\nAnswer:",
            [.. choices.GetProperty("text").EnumerateArray().Select(t => t.GetString()!)],
            labels.IndexOf(Text(row, "answerKey")));
    }
}
