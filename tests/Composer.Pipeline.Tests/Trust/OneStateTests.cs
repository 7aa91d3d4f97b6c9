using Composer.Pipeline.Graph;
using Composer.Pipeline.Jobs;
using Composer.Pipeline.Progress;
using Composer.Pipeline.Scheduling;
using Composer.Store;

namespace Composer.Pipeline.Tests.Trust;

/// <summary>A run sees its files in one state, that of its beginning.</summary>
public sealed class OneStateTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly StageStore store;

    public OneStateTests() => store = StageStore.Open(folder["store"], TimeProvider.System);

    public void Dispose()
    {
        store.Dispose();
        folder.Dispose();
    }

    /// <summary>The last stage's result of one file's old and the other's new content is in the store, from another time.</summary>
    [Fact]
    public async Task Files_that_change_between_two_stages_are_never_mixed_with_what_they_were()
    {
        Write("old", "new");
        var (_, wanted) = await RunAsync(() => { });
        Write("old", "old");

        var (exitCode, failure) = await RunAsync(() => Write("new", "new"));

        Assert.Null(wanted);
        Assert.Equal(Core.ExitCode.StageFailed, exitCode);
        Assert.Contains("has changed since it was planned", failure, StringComparison.Ordinal);

        Assert.Equal((Core.ExitCode.Done, null), await RunAsync(() => { }));
    }

    private void Write(string first, string second)
    {
        folder.Write("first", first);
        folder.Write("second", second);
    }

    /// <summary>One stage reads the first file, one does something, the last reads both.</summary>
    private async Task<(int ExitCode, string? Failure)> RunAsync(Action something)
    {
        var (first, second) = (folder["first"], folder["second"]);
        var hasRead = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var reads = new ReadKind("reads", onAgent: true, () => { });
        var acts = new FakeStage($"acts {store.Runs(9).Count}", "acts", $"{store.Runs(9).Count}")
        {
            Work = async _ =>
            {
                await hasRead.Task;
                something();
                return null;
            },
        };
        var one = reads.Stage(new Dictionary<string, string> { ["first"] = first });
        var two = new Stage(
            "both",
            reads,
            [one, acts.Stage],
            (_, digestOf) => new ReadInputs { Files = [new("first", digestOf(first)), new("second", digestOf(second))] })
        {
            Description = "both",
            Places = new Dictionary<string, string> { ["first"] = first, ["second"] = second },
            ReadFiles = digestOf => (digestOf(first), digestOf(second)).ToString(),
        };
        var recorder = new Recorder
        {
            Happened = e =>
            {
                if (e is StageFinished finished && finished.Stage == one.Name)
                {
                    hasRead.SetResult();
                }
            },
        };
        var outcome = await new Coordinator(store, new FakeAgents(reads), new Workspace(folder.Path), TimeProvider.System, recorder)
            .RunAsync(new StageGraph("test", null, 0, new JobKinds([reads, acts]), [one, acts.Stage, two]), [], CancellationToken.None);
        return (outcome.ExitCode, recorder.Of<StageFinished>().FirstOrDefault(s => s.Status == StageStatus.Failed)?.Summary);
    }
}
