using System.Text.Json;

namespace Composer.Language.Evaluation.Harness;

internal sealed class PiqaTask : HarnessTask
{
    public override string Name => "piqa";

    public override bool DrawsOneMore => true;

    public override ChoiceQuestion Read(JsonElement row) => new(
        $"Question: {Text(row, "goal")}\nAnswer:", [Text(row, "sol1"), Text(row, "sol2")], Integer(row, "label"));
}
