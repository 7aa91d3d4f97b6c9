using Composer.Pipeline.Graph;
using Composer.Pipeline.Jobs;

namespace Composer.Pipeline.Tests;

/// <summary>A stage that is a kind of its own.</summary>
internal sealed class FakeStage(string name, string kind, string value, params FakeStage[] inputs) : FakeKind(kind)
{
    private Stage? stage;

    public StageNeeds Needs { get; init; } = StageNeeds.None;

    public Stage Stage => stage ??= new(name, this, [.. inputs.Select(i => i.Stage)], (results, _) => new FakeInputs
    {
        Value = value,
        Input = [.. inputs.Select(i => KeyValuePair.Create(i.Stage.Name, results[i.Stage].Record.Outputs["output"].Digest))],
    })
    {
        Description = value,
        Needs = Needs,
    };

    /// <summary>An experiment of such stages.</summary>
    public static StageGraph Graph(params IEnumerable<FakeStage> stages) => new("test", null, 0, All, [.. stages.Select(s => s.Stage)]);
}
