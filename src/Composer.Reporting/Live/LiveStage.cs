using Composer.Core;
using Composer.Pipeline.Progress;

namespace Composer.Reporting.Live;

/// <summary>A stage of a run that is under way.</summary>
/// <param name="name">Its name.</param>
/// <param name="inputs">The stages that it waits for.</param>
internal sealed class LiveStage(string name, IReadOnlyList<string> inputs)
{
    private const string Waits = "waits for ";

    private readonly TimeLeft left = new();

    public string Name => name;

    public IReadOnlyList<string> Inputs => inputs;

    public LiveState State { get; private set; }

    public DateTimeOffset? Began { get; private set; }

    public DateTimeOffset? Ended { get; private set; }

    /// <summary>Of its result; null while it has none.</summary>
    public Digest? Key { get; private set; }

    /// <summary>In [0, 1]; null when unknown.</summary>
    public double? Fraction { get; private set; }

    /// <summary>How far it has come, what came of it, or why it failed.</summary>
    public string Words { get; private set; } = "";

    /// <summary>Seconds left when it was <see cref="At">looked at</see>; null while nothing can be said.</summary>
    public double? SecondsLeft { get; private set; }

    /// <summary>How it stands now; what happens later changes that no more.</summary>
    public LiveStage At(DateTimeOffset now)
    {
        var copy = (LiveStage)MemberwiseClone();
        copy.SecondsLeft = State == LiveState.Computing ? left.At(now) : null;
        return copy;
    }

    /// <summary>Takes what happened to it.</summary>
    public void Take(PipelineEvent happened)
    {
        switch (happened)
        {
            case StageStarted started:
                (State, Began, Words) = (LiveState.Computing, Began ?? started.At, "");
                break;
            case StageWaiting waiting:
                Words = $"waits for {waiting.Holder}, which computes it";
                break;
            case StageProgressed progressed:
                (Fraction, Words) = (progressed.Progress.Fraction, progressed.Progress.Detail);
                TakeQueue(progressed.At);
                left.Add(progressed.At, progressed.Progress);
                break;
            case StageRetried retried:
                (Fraction, Words) = (null, $"is tried again after: {retried.Failure}");
                break;
            case StageNoticed noticed:
                Words = noticed.Notice;
                break;
            case StageFinished finished:
                (State, Ended, Words, Fraction) = (StateOf(finished.Status), finished.At, finished.Summary, null);
                Began ??= State is LiveState.Ran ? finished.At - TimeSpan.FromSeconds(finished.Seconds) : null;
                Key = State is LiveState.Hit or LiveState.Ran ? finished.Key : null;
                break;
        }
    }

    /// <summary>A stage that waits for a core does not compute yet.</summary>
    private void TakeQueue(DateTimeOffset at)
    {
        var waits = Fraction is null && Words.StartsWith(Waits, StringComparison.Ordinal);
        (State, Began) = (State, waits) switch
        {
            (LiveState.Computing, true) => (LiveState.Queued, null),
            (LiveState.Queued, false) => (LiveState.Computing, at),
            _ => (State, Began),
        };
    }

    private static LiveState StateOf(string status) => status switch
    {
        Pipeline.Graph.StageStatus.Hit => LiveState.Hit,
        Pipeline.Graph.StageStatus.Ran => LiveState.Ran,
        Pipeline.Graph.StageStatus.Failed => LiveState.Failed,
        Pipeline.Graph.StageStatus.Skipped => LiveState.Skipped,
        _ => LiveState.Cancelled,
    };
}
