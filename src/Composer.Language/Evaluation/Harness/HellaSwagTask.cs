using System.Text.Json;

namespace Composer.Language.Evaluation.Harness;

internal sealed class HellaSwagTask : HarnessTask
{
    public override string Name => "hellaswag";

    public override bool DrawsOneMore => true;

    public override ChoiceQuestion Read(JsonElement row)
    {
        var context = Text(row, "ctx_a") + " " + PythonText.Capitalize(Text(row, "ctx_b"));
        return new ChoiceQuestion(
            PythonText.CleanHellaSwag(Text(row, "activity_label") + ": " + context),
            [.. Texts(row, "endings").Select(PythonText.CleanHellaSwag)],
            Integer(row, "label"));
    }
}
