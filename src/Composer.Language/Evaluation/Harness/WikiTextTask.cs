using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Composer.Language.Evaluation.Harness;

/// <summary>Whole pages of WikiText-2; words and bytes are counted before its marks are taken out.</summary>
internal sealed class WikiTextTask : HarnessTask
{
    public override string Name => "wikitext";

    public override double Version => 2;

    public override TaskOutput Output => TaskOutput.RollingLogLikelihood;

    public override bool DrawsFromQuestions => true;

    public override TaskQuestion Read(JsonElement row)
    {
        var page = Text(row, "page");
        var text = PythonText.CleanWikiText(page);
        return new TaskQuestion("", [text], 0)
        {
            Target = text,
            Sizes = (PythonText.Words(page), Encoding.UTF8.GetByteCount(page)),
        };
    }

    public override JsonObject Configure() => Configuration(
        ("EleutherAI/wikitext_document_level", "wikitext-2-raw-v1"),
        ["train", "validation", "test"],
        "",
        "{{page}}, its marks taken out",
        choice: null);
}
