using System.Text.Json;
using System.Text.Json.Nodes;

namespace Composer.Language.Evaluation.Harness;

internal sealed class PiqaTask : HarnessTask
{
    public override string Name => "piqa";

    public override bool DrawsOneMore => true;

    public override TaskQuestion Read(JsonElement row) => new(
        $"Question: {Text(row, "goal")}\nAnswer:", [Text(row, "sol1"), Text(row, "sol2")], Integer(row, "label"));

    public override JsonObject Configure() => Configuration(
        ("baber/piqa", null), ["train", "validation"], "Question: {{goal}}\nAnswer:", "label", "{{[sol1, sol2]}}");
}
