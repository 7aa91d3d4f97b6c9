using Composer.Pipeline.Planning;
using Composer.Pipeline.Stages;

namespace Composer.Pipeline.Tests.Planning;

public sealed class ExperimentGraphTests
{
    private readonly FakeStage search = new("search", StageKind.Search, "s");

    [Fact]
    public void Inputs_come_before_what_reads_them()
    {
        var aggregate = new FakeStage("aggregate", StageKind.Aggregate, "a", search);
        var graph = new ExperimentGraph("test", null, 0, [aggregate, search]);
        Assert.Equal(["search", "aggregate"], graph.Stages.Select(s => s.Name));
    }

    [Fact]
    public void Input_that_is_not_listed_is_refused() =>
        Assert.Throws<ArgumentException>(() => new ExperimentGraph("test", null, 0, [new FakeStage("a", StageKind.Aggregate, "a", search)]));

    [Fact]
    public void Two_stages_of_one_name_are_refused() =>
        Assert.Throws<ArgumentException>(() => new ExperimentGraph("test", null, 0, [search, new FakeStage("search", StageKind.Search, "t")]));

    [Fact]
    public void Until_a_kind_keeps_that_kind_and_what_comes_before()
    {
        var aggregate = new FakeStage("aggregate", StageKind.Aggregate, "a", search);
        var baseline = new FakeStage("pretrain/llama", StageKind.Pretrain, "l");
        var pretrain = new FakeStage("pretrain/composite", StageKind.Pretrain, "c", aggregate);
        var graph = new ExperimentGraph("test", null, 0, [search, aggregate, pretrain, baseline]);
        Assert.Equal(["search", "aggregate"], graph.Until(StageKind.Extrapolate)!.Stages.Select(s => s.Name));
        Assert.Equal(["search"], graph.Until(StageKind.Evaluate)!.Stages.Select(s => s.Name));
        Assert.Equal(["search", "aggregate", "pretrain/composite"], graph.Until("pretrain/composite")!.Stages.Select(s => s.Name));
        Assert.Null(graph.Until("no such stage"));
    }
}
