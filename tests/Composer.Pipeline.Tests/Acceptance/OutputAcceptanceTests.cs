using Composer.Core.Diagnostics;
using Composer.Pipeline.Acceptance;
using Composer.Pipeline.Graph;
using Composer.Pipeline.Planning;
using Composer.Pipeline.Results;
using Composer.Store;
using Composer.Store.Records;

namespace Composer.Pipeline.Tests.Acceptance;

public sealed class OutputAcceptanceTests : IDisposable
{
    private const string Because = "only a comment";
    private static readonly FakeResources Machine = new();
    private readonly TemporaryFolder folder = new();
    private readonly StageStore store;

    public OutputAcceptanceTests() => store = StageStore.Open(folder["store"], TimeProvider.System);

    public void Dispose()
    {
        store.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void Output_is_taken_over_when_nothing_but_the_code_differs()
    {
        var earlier = Publish(Chain("c1", "v"));
        var graph = Chain("c2", "v");
        Assert.Equal([PlanStatus.Run, PlanStatus.Run], Statuses(graph));

        var accepted = Acceptance.Accept(graph, ["search", "aggregate"], Because);

        Assert.Equal(["search", "aggregate"], accepted);
        var plan = Plan(graph);
        Assert.All(plan, p => Assert.Equal(PlanStatus.Hit, p.Status));
        Assert.All(plan, p => Assert.Contains("accepted across a code change: only a comment", p.Summary, StringComparison.Ordinal));
        for (var i = 0; i < plan.Count; i++)
        {
            var record = plan[i].Hit!;
            Assert.Equal((earlier[i].Output, earlier[i].Seconds, earlier[i].Machine), (record.Output, record.Seconds, record.Machine));
            var acceptance = new StageResult(record, store).Accepted!;
            Assert.Equal((earlier[i].Key, Because), (acceptance.From, acceptance.Because));
            Assert.Equal(["code"], acceptance.Fields);
            Assert.True(record.Beside.ContainsKey("timings"));
        }
    }

    [Fact]
    public void What_reads_an_accepted_output_finds_its_own_result_again()
    {
        Publish(Chain("c1", "v", aggregateCode: "same"));
        var graph = Chain("c2", "v", aggregateCode: "same");

        Acceptance.Accept(graph, ["search"], Because);

        Assert.Equal([PlanStatus.Hit, PlanStatus.Hit], Statuses(graph));
        Assert.Null(new StageResult(Plan(graph)[1].Hit!, store).Accepted);
    }

    [Fact]
    public void Accepting_what_is_there_changes_nothing()
    {
        Publish(Chain("c1", "v"));
        Assert.Empty(Acceptance.Accept(Chain("c1", "v"), ["search"], Because));
        Assert.Null(new StageResult(Plan(Chain("c1", "v"))[0].Hit!, store).Accepted);
    }

    [Fact]
    public void Nearest_run_is_the_one_of_the_same_fields_and_not_the_newest()
    {
        var wanted = Publish(Chain("c1", "v"))[0];
        Publish(Chain("c1", "other"));
        Acceptance.Accept(Chain("c2", "v"), ["search"], Because);
        Assert.Equal(wanted.Key, new StageResult(Plan(Chain("c2", "v"))[0].Hit!, store).Accepted!.From);
    }

    [Fact]
    public void Another_field_is_refused_and_named()
    {
        Publish(Chain("c1", "v"));
        var refused = Refused(Chain("c2", "w"), "search");
        Assert.Equal("CMP7005", refused.Code);
        Assert.Contains("value: v → w", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("code changed;", refused.Message, StringComparison.Ordinal);
        Assert.Equal(PlanStatus.Run, Statuses(Chain("c2", "w"))[0]);
    }

    [Fact]
    public void Output_that_the_store_has_lost_is_not_taken_over()
    {
        var lost = Publish(Chain("c1", "v"))[0];
        File.Delete(store.PathOf(lost.Outputs["output"].Digest));
        Assert.Equal("CMP7005", Refused(Chain("c2", "v"), "search").Code);
    }

    [Fact]
    public void Stage_that_never_ran_is_refused() => Assert.Equal("CMP7005", Refused(Chain("c1", "v"), "search").Code);

    [Fact]
    public void Stage_whose_inputs_have_no_result_is_refused()
    {
        Publish(Chain("c1", "v"));
        var refused = Refused(Chain("c2", "v"), "aggregate");
        Assert.Equal("CMP7004", refused.Code);
        Assert.Contains("search", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Unknown_stage_is_refused_with_a_suggestion()
    {
        var refused = Refused(Chain("c1", "v"), "serch");
        Assert.Equal("CMP7003", refused.Code);
        Assert.Contains("search", refused.Remedy, StringComparison.Ordinal);
    }

    private OutputAcceptance Acceptance => new(store, Workspace, Machine, TimeProvider.System);

    private Workspace Workspace => new(folder.Path);

    private static StageGraph Chain(string code, string value, string? aggregateCode = null)
    {
        var search = new FakeStage("search", "search", value) { Code = code };
        return FakeStage.Graph(search, new FakeStage("aggregate", "aggregate", "a", search) { Code = aggregateCode ?? code });
    }

    private IReadOnlyList<PlannedStage> Plan(StageGraph graph) => new Planner(store, Workspace, Machine).Plan(graph);

    private PlanStatus[] Statuses(StageGraph graph) => [.. Plan(graph).Select(p => p.Status)];

    private Diagnostic Refused(StageGraph graph, string stage) =>
        Assert.Single(Assert.Throws<UserInputException>(() => Acceptance.Accept(graph, [stage], Because)).Diagnostics);

    /// <summary>The results of the stages in turn, each newer than all before.</summary>
    private StageRecord[] Publish(StageGraph graph)
    {
        var results = new StageResults();
        return [.. graph.Stages.Select(Record)];

        StageRecord Record(Stage stage)
        {
            var at = store.NewestOfKind("search", 100).Count + store.NewestOfKind("aggregate", 100).Count;
            var record = store.PublishFake(
                stage.Resolve(results, store, new PlannedFiles(store)), stage.Kind.Name, $"result of {stage.Name}, {stage.Description}", at);
            results.Add(stage, new StageResult(record, store));
            return record;
        }
    }
}
