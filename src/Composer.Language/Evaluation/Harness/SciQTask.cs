using System.Text.Json;
using System.Text.Json.Nodes;

namespace Composer.Language.Evaluation.Harness;

internal sealed class SciQTask : HarnessTask
{
    public override string Name => "sciq";

    public override TaskQuestion Read(JsonElement row) => new(
        $"{PythonText.LStrip(Text(row, "support"))}\nQuestion: {Text(row, "question")}\nAnswer:",
        [Text(row, "distractor1"), Text(row, "distractor2"), Text(row, "distractor3"), Text(row, "correct_answer")],
        3);

    public override JsonObject Configure() => Configuration(
        ("allenai/sciq", null),
        ["train", "validation", "test"],
        "{{support.lstrip()}}\nQuestion: {{question}}\nAnswer:",
        3,
        "{{[distractor1, distractor2, distractor3, correct_answer]}}");
}
