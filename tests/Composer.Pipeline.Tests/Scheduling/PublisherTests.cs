using Composer.Pipeline.Jobs;
using Composer.Pipeline.Keys;
using Composer.Pipeline.Scheduling;
using Composer.Store;

namespace Composer.Pipeline.Tests.Scheduling;

public sealed class PublisherTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly StageStore store;

    public PublisherTests() => store = StageStore.Open(folder["store"], TimeProvider.System);

    public void Dispose()
    {
        store.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task What_comes_in_while_the_disk_is_busy_is_published_together()
    {
        var time = new HeldTime();
        await using var publisher = new Publisher(store, time);
        var first = publisher.PublishAsync(Finished(0));
        Assert.True(time.Reached.Wait(TimeSpan.FromMinutes(1)));
        var rest = Enumerable.Range(1, 199).Select(i => publisher.PublishAsync(Finished(i))).ToArray();
        time.Go.Set();

        var records = await Task.WhenAll(rest.Prepend(first));

        Assert.Equal(2, time.Batches);
        Assert.Equal(Enumerable.Range(0, 200).Select(i => Finished(i).Preimage.Key), records.Select(r => r.Key));
        Assert.All(records, r => Assert.True(store.Contains(r.Key)));
    }

    [Fact]
    public async Task Byproducts_are_published_under_keys_of_their_own()
    {
        await using var publisher = new Publisher(store, TimeProvider.System);
        var finished = Finished(1);
        var byproduct = new JobByproduct(
            finished.Preimage.With("step", 7), "checkpoint", "test/checkpoint", JobOutcome.Done().With("weights", "w"));

        var record = await publisher.PublishAsync(finished with { Byproducts = [byproduct] });

        Assert.Equal((finished.Preimage.Key, "kind"), (record.Key, record.Kind));
        Assert.Equal(
            ("checkpoint", "test/checkpoint"), (store.Find(byproduct.Preimage.Key)!.Kind, store.Find(byproduct.Preimage.Key)!.Label));
    }

    [Fact]
    public async Task Failure_is_told_to_those_who_wait_for_it_and_later_ones_are_published()
    {
        await using var publisher = new Publisher(store, TimeProvider.System);
        var lost = Finished(1) with { Outcome = JobOutcome.Done().WithFile("file", folder["no such file"]) };
        await Assert.ThrowsAsync<FileNotFoundException>(() => publisher.PublishAsync(lost));
        Assert.Equal(Finished(2).Preimage.Key, (await publisher.PublishAsync(Finished(2))).Key);
        Assert.False(store.Contains(lost.Preimage.Key));
    }

    [Fact]
    public async Task Nothing_is_published_after_the_end()
    {
        var publisher = new Publisher(store, TimeProvider.System);
        await publisher.DisposeAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(() => publisher.PublishAsync(Finished(1)));
    }

    private static FinishedJob Finished(int number) => new(
        Preimage.Of("kind", [new("number", 'n', $"{number}")]), "kind", "test/kind", JobOutcome.Done().With("output", number), [], 1);

    /// <summary>A clock that lets nobody pass at first. The time is read once a batch.</summary>
    private sealed class HeldTime : TimeProvider
    {
        private int batches;

        public ManualResetEventSlim Reached { get; } = new();

        public ManualResetEventSlim Go { get; } = new();

        public int Batches => batches;

        public override DateTimeOffset GetUtcNow()
        {
            Interlocked.Increment(ref batches);
            Reached.Set();
            Go.Wait();
            return DateTimeOffset.UnixEpoch;
        }
    }
}
