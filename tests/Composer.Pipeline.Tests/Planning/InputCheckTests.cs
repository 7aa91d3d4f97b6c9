using Composer.Core.Diagnostics;
using Composer.Core.Facts;
using Composer.Pipeline.Graph;
using Composer.Pipeline.Jobs;
using Composer.Pipeline.Planning;

namespace Composer.Pipeline.Tests.Planning;

/// <summary>What stages read from outside is looked at before anything runs.</summary>
public sealed class InputCheckTests
{
    private static readonly StageNeeds Gpu = new(1, null);

    private static readonly FactOfFile Facts = (_, _, find) => find();

    [Fact]
    public void All_that_is_wrong_is_told_each_once()
    {
        var graph = Graph(Missing("a"), Missing("b"), Missing("a"));
        var mistakes = Assert.Throws<UserInputException>(() => InputCheck.Of(graph, new FakeResources(), Facts)).Diagnostics;
        Assert.Equal(["no a", "no b"], mistakes.Select(m => m.Message));
    }

    [Fact]
    public void What_is_missing_for_another_machine_is_told_and_no_mistake()
    {
        var skipped = InputCheck.Of(Graph(Missing("a", needs: Gpu), Missing("b", readers: Gpu)), new FakeResources(), Facts);
        Assert.Equal(
            [
                "no a It is not looked for here: stage 0 needs 1 GPU; this machine has none.",
                "no b It is not looked for here: stage 1 needs 1 GPU; this machine has none.",
            ],
            skipped);
    }

    [Fact]
    public void What_may_be_missing_is_told_apart_from_what_is_wrong()
    {
        Assert.Equal(["no a"], InputCheck.Of(Graph(Missing("a")), new FakeResources(), Facts, isMissing: _ => true));
        Assert.Throws<UserInputException>(() => InputCheck.Of(Graph(Missing("a")), new FakeResources(), Facts, isMissing: _ => false));
    }

    [Fact]
    public void What_is_right_is_silent() => Assert.Empty(InputCheck.Of(Graph(() => { }, () => { }), new FakeResources(), Facts));

    private static (Action Check, StageNeeds Needs, StageNeeds Readers) Missing(string what, StageNeeds? needs = null, StageNeeds? readers = null) => (
        () => throw new UserInputException(new Diagnostic("CMP0000", DiagnosticSeverity.Error, $"no {what}")),
        needs ?? StageNeeds.None,
        readers ?? StageNeeds.None);

    private static StageGraph Graph(params Action[] checks) =>
        Graph([.. checks.Select(check => (check, StageNeeds.None, StageNeeds.None))]);

    private static StageGraph Graph(params (Action Check, StageNeeds Needs, StageNeeds Readers)[] stages) => new(
        "test",
        null,
        0,
        FakeKind.All,
        [
            .. stages.Select((s, i) => new Stage($"stage {i}", new FakeKind("search"), [], (_, _) => new FakeInputs { Value = "", Input = [] })
            {
                Description = "",
                CheckInputs = _ => s.Check(),
                Needs = s.Needs,
                NeedsOfReaders = s.Readers,
            }),
        ]);
}
