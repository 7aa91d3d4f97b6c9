using System.Text.Json;
using System.Text.Json.Nodes;

namespace Composer.Language.Evaluation.Harness;

/// <summary>The last word of a passage, in OpenAI's preparation of LAMBADA.</summary>
internal sealed class LambadaTask : HarnessTask
{
    public override string Name => "lambada_openai";

    public override TaskOutput Output => TaskOutput.LogLikelihood;

    public override bool DrawsFromQuestions => true;

    public override TaskQuestion Read(JsonElement row)
    {
        var text = Text(row, "text");
        var space = text.LastIndexOf(' ');
        var word = " " + text[(space + 1)..];
        return new TaskQuestion(space < 0 ? "" : text[..space], [word], 0) { Target = word };
    }

    public override JsonObject Configure() => Configuration(
        ("EleutherAI/lambada_openai", "default"),
        ["test"],
        "{{text.split(' ')[:-1]|join(' ')}}",
        "{{' '+text.split(' ')[-1]}}",
        choice: null,
        "lambada");
}
