using Microsoft.Extensions.Time.Testing;

namespace Composer.Store.Tests;

/// <summary>A clock that goes when it is told to, that somebody may set back, and that tells when it is looked at.</summary>
internal sealed class WallClock(DateTimeOffset start) : FakeTimeProvider(start)
{
    private TimeSpan behind;

    /// <summary>Called whenever somebody looks at the clock: a moment for others to act in.</summary>
    public Action? Read { get; set; }

    public override DateTimeOffset GetUtcNow()
    {
        Read?.Invoke();
        return base.GetUtcNow() - behind;
    }

    /// <summary>Somebody sets the clock back; time goes on as it did.</summary>
    public void SetBack(TimeSpan time) => behind += time;
}
