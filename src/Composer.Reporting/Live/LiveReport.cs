using Composer.Core;
using Composer.Pipeline.Progress;
using Composer.Stages.Report;

namespace Composer.Reporting.Live;

/// <summary>
/// The page of a run while it goes on: written anew at every stage that begins or ends and at least every half minute, from when the first
/// begins to compute; the report of what there is stands below it.
/// </summary>
/// <remarks>Told of events by one thread at a time; writes on threads of its own. A page that cannot be made costs the run nothing.</remarks>
public sealed class LiveReport : IRunObserver, IDisposable
{
    /// <summary>No page is older while the run goes on.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    private readonly ReportPreview preview;
    private readonly Action<byte[]> write;
    private readonly TimeProvider time;
    private readonly ITimer timer;
    private readonly Lock gate = new();
    private readonly Lock writing = new();
    private readonly Dictionary<string, LiveStage> stages;
    private string run = "";
    private DateTimeOffset began;
    private DateTimeOffset written;
    private bool isAwaited;
    private bool hasBegun;
    private bool isStopped;
    private ReportContent? content;
    private string shown = "";

    /// <param name="preview">What the report would show.</param>
    /// <param name="write">Puts a page where people look for it.</param>
    /// <param name="time">The clock.</param>
    public LiveReport(ReportPreview preview, Action<byte[]> write, TimeProvider time)
    {
        (this.preview, this.write, this.time) = (preview, write, time);
        stages = preview.Stages.ToDictionary(
            s => s.Name, s => new LiveStage(s.Name, [.. s.Inputs.Select(i => i.Name)]), StringComparer.Ordinal);
        timer = time.CreateTimer(_ => WriteWhenDue(), null, Shortest, Shortest);
    }

    public void On(PipelineEvent happened)
    {
        lock (gate)
        {
            if (happened is RunStarted started)
            {
                (run, began) = (started.Run, started.At);
            }

            if (StageOf(happened) is { } name && stages.TryGetValue(name, out var stage))
            {
                stage.Take(happened);
                hasBegun |= happened is StageStarted;
                isAwaited |= happened is StageStarted or StageFinished or StageRetried;
            }
        }

        if (happened is RunFinished { Report: null } finished)
        {
            WriteLast(finished);
        }
    }

    /// <summary>Writes no more while the run goes on; a page that is being written is finished first.</summary>
    public void Stop()
    {
        timer.Dispose();
        lock (writing)
        {
            isStopped = true;
        }
    }

    public void Dispose() => Stop();

    private static string? StageOf(PipelineEvent happened) => happened switch
    {
        StageStarted e => e.Stage,
        StageWaiting e => e.Stage,
        StageProgressed e => e.Stage,
        StageRetried e => e.Stage,
        StageNoticed e => e.Stage,
        StageFinished e => e.Stage,
        _ => null,
    };

    private void WriteWhenDue()
    {
        // A page that takes long is not written twice at once.
        if (!writing.TryEnter())
        {
            return;
        }

        try
        {
            lock (gate)
            {
                if (isStopped || !hasBegun || !(isAwaited || time.GetUtcNow() - written >= Longest))
                {
                    return;
                }

                isAwaited = false;
            }

            Write(null);
        }
        finally
        {
            writing.Exit();
        }
    }

    /// <summary>A run that ends without a report leaves a page that says how, and goes on no more.</summary>
    private void WriteLast(RunFinished finished)
    {
        lock (writing)
        {
            if (!hasBegun)
            {
                return;
            }

            Write(finished.ExitCode switch
            {
                ExitCode.Cancelled => $"it was stopped; the same command goes on from here",
                ExitCode.Done => "it ended without a report",
                _ => $"it failed ({string.Join(", ", finished.FailedStages)}); the same command computes what is missing",
            });
        }
    }

    private void Write(string? end)
    {
        Dictionary<string, Digest> keys;
        lock (gate)
        {
            written = time.GetUtcNow();
            keys = stages.Values.Where(s => s.Key is not null).ToDictionary(s => s.Name, s => s.Key!.Value, StringComparer.Ordinal);
        }

        var known = string.Join('\n', keys.Keys.Order(StringComparer.Ordinal));
        if (content is null || known != shown)
        {
            (content, shown) = (preview.Of(keys) ?? content, known);
        }

        if (content is null)
        {
            return;
        }

        LiveStage[] now;
        lock (gate)
        {
            // Copies: the run goes on while the page is made.
            now = [.. preview.Stages.Select(s => stages[s.Name].At(written))];
        }

        write(HtmlReportRenderer.Render(content with { Unfinished = [] }, new LiveStatus(run, began, written, now) { End = end }));
    }
}
