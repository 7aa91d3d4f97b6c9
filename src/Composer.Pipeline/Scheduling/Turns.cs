namespace Composer.Pipeline.Scheduling;

/// <summary>Lets so many through at once, in the order in which they come. Thread-safe.</summary>
/// <param name="places">How many.</param>
internal sealed class Turns(int places)
{
    private readonly Lock gate = new();
    private readonly LinkedList<TaskCompletionSource> waiting = new();
    private int free = places;

    /// <summary>Ends when it is the caller's turn, who then <see cref="Return"/>s it.</summary>
    /// <exception cref="OperationCanceledException">It is not wanted any more; nothing is to be returned.</exception>
    public async Task TakeAsync(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        LinkedListNode<TaskCompletionSource> place;
        lock (gate)
        {
            if (free > 0)
            {
                free--;
                return;
            }

            place = waiting.AddLast(new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        await using var registration = cancellation.Register(() => Leave(place)).ConfigureAwait(false);
        await place.Value.Task.ConfigureAwait(false);
    }

    /// <summary>The next may go.</summary>
    public void Return()
    {
        lock (gate)
        {
            if (waiting.First is { } next)
            {
                waiting.RemoveFirst();
                next.Value.SetResult();
            }
            else
            {
                free++;
            }
        }
    }

    private void Leave(LinkedListNode<TaskCompletionSource> place)
    {
        lock (gate)
        {
            // Whose turn has come already goes on.
            if (place.List is not null)
            {
                waiting.Remove(place);
                place.Value.SetCanceled();
            }
        }
    }
}
