namespace Composer.Pipeline.Tests.Graph;

public sealed class StageGraphTests
{
    private readonly FakeStage search = new("search", "search", "s");

    [Fact]
    public void Inputs_come_before_what_reads_them()
    {
        var aggregate = new FakeStage("aggregate", "aggregate", "a", search);
        var graph = FakeStage.Graph(aggregate, search);
        Assert.Equal(["search", "aggregate"], graph.Stages.Select(s => s.Name));
    }

    [Fact]
    public void Input_that_is_not_listed_is_refused() =>
        Assert.Throws<ArgumentException>(() => FakeStage.Graph(new FakeStage("a", "aggregate", "a", search)));

    [Fact]
    public void Two_stages_of_one_name_are_refused() =>
        Assert.Throws<ArgumentException>(() => FakeStage.Graph(search, new FakeStage("search", "search", "t")));

    [Fact]
    public void Until_a_kind_keeps_that_kind_and_what_comes_before()
    {
        var aggregate = new FakeStage("aggregate", "aggregate", "a", search);
        var baseline = new FakeStage("pretrain/llama", "pretrain", "l");
        var pretrain = new FakeStage("pretrain/composite", "pretrain", "c", aggregate);
        var graph = FakeStage.Graph(search, aggregate, pretrain, baseline);
        Assert.Equal(["search", "aggregate"], graph.Until("extrapolate")!.Stages.Select(s => s.Name));
        Assert.Equal(["search"], graph.Until("evaluate")!.Stages.Select(s => s.Name));
        Assert.Equal(["search", "aggregate", "pretrain/composite"], graph.Until("pretrain/composite")!.Stages.Select(s => s.Name));
        Assert.Null(graph.Until("no such stage"));
    }

    /// <summary>What reads a corpus of a search stands before it, though the kind comes later.</summary>
    [Fact]
    public void Until_a_kind_keeps_what_its_stages_read_whatever_kind_that_is()
    {
        var text = new FakeStage("pretrain/text", "pretrain", "t");
        var other = new FakeStage("pretrain/other", "pretrain", "o");
        var reader = new FakeStage("search/text", "search", "s", text);
        var graph = FakeStage.Graph(other, reader, text);
        Assert.Equal(["pretrain/text", "search/text"], graph.Until("search")!.Stages.Select(s => s.Name));
    }
}
