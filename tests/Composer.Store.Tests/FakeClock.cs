namespace Composer.Store.Tests;

/// <summary>A clock that goes when it is told to; its timers ring then.</summary>
internal sealed class FakeClock(DateTimeOffset start) : TimeProvider
{
    private readonly List<FakeTimer> timers = [];
    private DateTimeOffset now = start;
    private TimeSpan passed;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Called whenever somebody looks at the clock: a moment for others to act in.</summary>
    public Action? Read { get; set; }

    public override DateTimeOffset GetUtcNow()
    {
        Read?.Invoke();
        return now;
    }

    public override long GetTimestamp() => passed.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new FakeTimer(() => callback(state));
        timers.Add(timer);
        return timer;
    }

    public void Advance(TimeSpan time)
    {
        now += time;
        passed += time;
        timers.ForEach(t => t.Ring());
    }

    /// <summary>Somebody sets the clock back; time goes on as it did.</summary>
    public void SetBack(TimeSpan time) => now -= time;

    private sealed class FakeTimer(Action callback) : ITimer
    {
        private bool stopped;

        public void Ring()
        {
            if (!stopped)
            {
                callback();
            }
        }

        public bool Change(TimeSpan dueTime, TimeSpan period) => !stopped;

        public void Dispose() => stopped = true;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
