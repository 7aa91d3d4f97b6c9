using System.Text.Json;

namespace Composer.Language.Evaluation.Harness;

/// <summary>Its choices stand in the context; what is scored is the rest of the sentence, the same for both.</summary>
internal sealed class WinograndeTask : HarnessTask
{
    public override string Name => "winogrande";

    public override bool Normalized => false;

    public override bool DrawsOneMore => true;

    public override ChoiceQuestion Read(JsonElement row)
    {
        var sentence = Text(row, "sentence");
        var blank = sentence.IndexOf('_', StringComparison.Ordinal);
        if (blank < 0)
        {
            throw new FormatException("the sentence has no '_'.");
        }

        var rest = PythonText.Strip(sentence[(blank + 1)..]);
        return new ChoiceQuestion(
            [sentence[..blank] + Text(row, "option1"), sentence[..blank] + Text(row, "option2")],
            [rest, rest],
            Integer(row, "answer") - 1);
    }
}
