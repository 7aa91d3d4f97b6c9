namespace Composer.Bench.Queue;

/// <summary>A clock that goes when it is told to.</summary>
internal sealed class SimulatedTime : TimeProvider
{
    private static readonly DateTimeOffset Beginning = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly Lock gate = new();
    private readonly PriorityQueue<Timer, long> timers = new();
    private long now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>What has passed.</summary>
    public TimeSpan Elapsed => TimeSpan.FromTicks(Interlocked.Read(ref now));

    public override long GetTimestamp() => Interlocked.Read(ref now);

    public override DateTimeOffset GetUtcNow() => Beginning + Elapsed;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Lets a time pass; what falls due is called.</summary>
    public void Advance(TimeSpan by)
    {
        var end = Interlocked.Add(ref now, by.Ticks);
        while (Due(end) is { } timer)
        {
            timer.Fire();
        }
    }

    private Timer? Due(long end)
    {
        lock (gate)
        {
            return timers.TryPeek(out _, out var at) && at <= end ? timers.Dequeue() : null;
        }
    }

    private sealed class Timer(SimulatedTime time, Action callback) : ITimer
    {
        private TimeSpan period;
        private bool isOff;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            this.period = period;
            if (dueTime >= TimeSpan.Zero)
            {
                lock (time.gate)
                {
                    time.timers.Enqueue(this, time.now + dueTime.Ticks);
                }
            }

            return true;
        }

        public void Fire()
        {
            if (!isOff)
            {
                callback();
                if (period > TimeSpan.Zero)
                {
                    Change(period, period);
                }
            }
        }

        public void Dispose() => isOff = true;

        public ValueTask DisposeAsync()
        {
            isOff = true;
            return ValueTask.CompletedTask;
        }
    }
}
