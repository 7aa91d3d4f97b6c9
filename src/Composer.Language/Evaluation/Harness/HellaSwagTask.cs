using System.Text.Json;
using System.Text.Json.Nodes;

namespace Composer.Language.Evaluation.Harness;

internal sealed class HellaSwagTask : HarnessTask
{
    public override string Name => "hellaswag";

    public override bool DrawsOneMore => true;

    public override TaskQuestion Read(JsonElement row)
    {
        var context = Text(row, "ctx_a") + " " + PythonCase.Capitalize(Text(row, "ctx_b"));
        return new TaskQuestion(
            PythonText.CleanHellaSwag(Text(row, "activity_label") + ": " + context),
            [.. Texts(row, "endings").Select(PythonText.CleanHellaSwag)],
            Integer(row, "label"));
    }

    public override JsonElement DocumentOf(TaskQuestion question)
    {
        var document = JsonObject.Create(question.Row)!;
        document["query"] = question.Contexts[0];
        document["choices"] = new JsonArray([.. question.Choices.Select(choice => JsonValue.Create(choice))]);
        document["gold"] = question.Gold;
        return JsonSerializer.SerializeToElement(document);
    }

    public override JsonObject Configure() => Configuration(
        ("Rowan/hellaswag", null), ["train", "validation"], "{{query}}", "{{label}}", "choices", "multiple_choice");
}
