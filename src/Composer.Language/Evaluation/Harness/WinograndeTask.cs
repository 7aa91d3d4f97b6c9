using System.Text.Json;
using System.Text.Json.Nodes;

namespace Composer.Language.Evaluation.Harness;

/// <summary>Its choices stand in the context; what is scored is the rest of the sentence, the same for both.</summary>
internal sealed class WinograndeTask : HarnessTask
{
    public override string Name => "winogrande";

    public override bool Normalized => false;

    public override bool DrawsOneMore => true;

    public override TaskQuestion Read(JsonElement row)
    {
        var sentence = Text(row, "sentence");
        var blank = sentence.IndexOf('_', StringComparison.Ordinal);
        if (blank < 0)
        {
            throw new FormatException("the sentence has no '_'.");
        }

        var rest = PythonText.Strip(sentence[(blank + 1)..]);
        return new TaskQuestion(
            [sentence[..blank] + Text(row, "option1"), sentence[..blank] + Text(row, "option2")],
            [rest, rest],
            Integer(row, "answer") - 1)
        {
            Target = rest,
            Answer = rest.Length > 0 ? rest : null,
        };
    }

    public override JsonObject Configure() => Configuration(
        ("allenai/winogrande", "winogrande_xl"),
        ["train", "validation"],
        "the index of answer",
        "what follows '_' in sentence",
        "what precedes '_' in sentence, with option1 and with option2");
}
