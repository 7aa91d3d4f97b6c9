using System.Text.Json;

namespace Composer.Language.Evaluation.Harness;

internal sealed class SciQTask : HarnessTask
{
    public override string Name => "sciq";

    public override ChoiceQuestion Read(JsonElement row) => new(
        $"{PythonText.LStrip(Text(row, "support"))}\nQuestion: {Text(row, "question")}\nAnswer:",
        [Text(row, "distractor1"), Text(row, "distractor2"), Text(row, "distractor3"), Text(row, "correct_answer")],
        3);
}
