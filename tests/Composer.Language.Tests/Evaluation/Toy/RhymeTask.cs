using System.Text.Json;
using Composer.Language.Evaluation;
using Composer.Language.Evaluation.Harness;

namespace Composer.Language.Tests.Evaluation.Toy;

/// <summary>A toy: which word rhymes. It has all that a task of the harness may have.</summary>
internal sealed class RhymeTask : HarnessTask
{
    public override string Name => "rhyme";

    public override bool Normalized => false;

    public override bool DrawsOneMore => true;

    public override TaskQuestion Read(JsonElement row) => new(
        $"A rhyme on {Text(row, "word")}:",
        [.. row.GetProperty("words").EnumerateArray().Select(w => w.GetString()!)],
        Integer(row, "rhymes"));
}
