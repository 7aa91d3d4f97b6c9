using Composer.Core;
using Composer.Pipeline.Jobs;

namespace Composer.Agents.Attempts;

/// <summary>Who works on an attempt.</summary>
/// <param name="Host">The machine.</param>
/// <param name="Process">The process number there.</param>
/// <param name="Id">The scheduler's name of the job that it runs in; null outside of one.</param>
/// <param name="Step">Of the newest checkpoint that it found; null where there was none.</param>
/// <param name="At">When, by that machine's clock.</param>
public sealed record AttemptStart(string Host, int Process, string? Id, long? Step, DateTimeOffset At);

/// <summary>A sign of life; that it changes is what counts, clocks of two machines are not compared.</summary>
/// <param name="Beat">How many there were.</param>
/// <param name="At">When, by the machine's own clock.</param>
public sealed record AttemptHeartbeat(long Beat, DateTimeOffset At);

/// <summary>A line of an attempt's events.</summary>
/// <param name="Event">What happened.</param>
/// <param name="Digests">Of the files of a finished unit, by their paths in the job's folder.</param>
public sealed record AttemptEvent(JobEvent Event, IReadOnlyDictionary<string, Digest>? Digests);

/// <summary>How an attempt ended, by itself.</summary>
/// <param name="Result">The job's result.</param>
/// <param name="Signal">The signal that it was stopped by; null when nothing stopped it.</param>
/// <param name="EventBytes">How long its events are: until so much is to be seen of them, something is on its way.</param>
public sealed record AttemptResult(JobResult Result, string? Signal, long EventBytes = 0);
