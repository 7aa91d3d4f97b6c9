using Composer.Pipeline.Scheduling;

namespace Composer.Pipeline.Tests.Scheduling;

/// <summary>So many at once, in order.</summary>
public sealed class TurnsTests
{
    [Fact]
    public async Task Those_that_come_later_wait_and_go_in_their_order()
    {
        var turns = new Turns(2);
        var waiting = Enumerable.Range(0, 5).Select(_ => turns.TakeAsync(default)).ToArray();
        Assert.Equal([true, true, false, false, false], waiting.Select(t => t.IsCompleted));

        turns.Return();
        await waiting[2];
        Assert.Equal([true, true, true, false, false], waiting.Select(t => t.IsCompleted));

        turns.Return();
        turns.Return();
        turns.Return();
        await Task.WhenAll(waiting);
        Assert.True(turns.TakeAsync(default).IsCompletedSuccessfully);
        Assert.False(turns.TakeAsync(default).IsCompleted);
    }

    [Fact]
    public async Task One_that_is_cancelled_takes_nobodys_turn()
    {
        using var stop = new CancellationTokenSource();
        var turns = new Turns(1);
        await turns.TakeAsync(default);
        var (cancelled, next) = (turns.TakeAsync(stop.Token), turns.TakeAsync(default));

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => turns.TakeAsync(stop.Token));
        Assert.False(next.IsCompleted);
        turns.Return();
        await next;
    }

    [Fact]
    public async Task There_are_never_more_than_its_places_and_all_have_their_turn()
    {
        var (turns, inside, most, done) = (new Turns(3), 0, 0, 0);
        await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => Task.Run(async () =>
        {
            await turns.TakeAsync(default);
            var now = Interlocked.Increment(ref inside);
            most = Math.Max(most, now);
            await Task.Yield();
            Interlocked.Decrement(ref inside);
            Interlocked.Increment(ref done);
            turns.Return();
        }, TestContext.Current.CancellationToken)));

        Assert.Equal(200, done);
        Assert.InRange(most, 1, 3);
    }
}
