using Composer.Pipeline.Graph;
using Composer.Core.Text;
using Composer.Pipeline.Progress;
using Spectre.Console;

namespace Composer.Cli.Output;

/// <summary>A table that follows the run in place: each stage with a bar, what it is at, and the time left.</summary>
internal sealed class LiveRunDisplay : IRunDisplay
{
    private readonly IAnsiConsole console;
    private readonly TimeProvider time;
    private readonly Lock gate = new();
    private readonly List<Row> rows;
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task live;
    private string title;
    private string closing = "";

    public LiveRunDisplay(IAnsiConsole console, StageGraph graph, TimeProvider time)
    {
        (this.console, this.time) = (console, time);
        title = graph.Experiment;
        rows = [.. graph.Stages.Select(s => new Row(s.Name))];
        live = console.Live(Render()).AutoClear(false).Overflow(VerticalOverflow.Ellipsis).StartAsync(FollowAsync);
    }

    public void On(PipelineEvent happened)
    {
        lock (gate)
        {
            switch (happened)
            {
                case RunStarted started:
                    title = RunText.Title(started);
                    break;
                case StageStarted started:
                    Of(started.Stage).Begin();
                    break;
                case StageWaiting waiting:
                    Of(waiting.Stage).Detail = $"waits for {waiting.Holder}";
                    break;
                case StageProgressed progressed:
                    Of(progressed.Stage).Progress(progressed.At, progressed.Progress);
                    break;
                case StageRetried retried:
                    Of(retried.Stage).Detail = RunText.Retried(retried);
                    break;
                case StageNoticed noticed:
                    Of(noticed.Stage).Detail = noticed.Notice;
                    break;
                case StageFinished finished:
                    Of(finished.Stage).End(finished);
                    break;
                case RunFinished finished:
                    closing = RunText.Closing(finished);
                    break;
            }
        }

        if (happened is RunFinished)
        {
            ended.TrySetResult();
            live.Wait();
            Console.WriteLine(closing);
        }
    }

    public void Dispose()
    {
        ended.TrySetResult();
        live.Wait();
    }

    private Row Of(string stage) => rows.Find(r => r.Stage == stage)!;

    private async Task FollowAsync(LiveDisplayContext context)
    {
        while (!ended.Task.IsCompleted)
        {
            context.UpdateTarget(Render());
            await Task.WhenAny(ended.Task, Task.Delay(TimeSpan.FromMilliseconds(200))).ConfigureAwait(false);
        }

        context.UpdateTarget(Render());
    }

    private LiveTable Render()
    {
        lock (gate)
        {
            var now = time.GetUtcNow();
            return new LiveTable(title, [.. rows.Select(row => row.At(now))]);
        }
    }

    private sealed class Row(string stage)
    {
        private readonly TimeLeft left = new();
        private string? status;
        private double? fraction;

        public string Stage { get; } = stage;

        public string Detail { get; set; } = "";

        public void Begin() => status = "running";

        public void Progress(DateTimeOffset at, StageProgress progress)
        {
            (fraction, Detail) = (progress.Fraction, progress.Detail);
            left.Add(at, progress);
        }

        public void End(StageFinished finished)
        {
            status = finished.Status;
            var seconds = finished.Status == StageStatus.Ran ? $"{ElapsedText.Of(finished.Seconds)}   " : "";
            Detail = seconds + finished.Summary;
        }

        public LiveTable.Row At(DateTimeOffset now)
        {
            var (mark, style) = status switch
            {
                null => ("·", new Style(Color.Grey)),
                StageStatus.Hit => ("hit", new Style(Color.Grey)),
                StageStatus.Ran => ("done", new Style(Color.Green)),
                StageStatus.Failed => ("failed", new Style(Color.Red)),
                StageStatus.Cancelled or StageStatus.Skipped => (status, new Style(Color.Yellow)),
                _ => (null, new Style(Color.Blue)),
            };
            return new LiveTable.Row(Stage, width => mark ?? Bar(width), style, status == "running" ? Detail + Left(now) : Detail);
        }

        private string Bar(int width)
        {
            var full = (int)Math.Round(width * Math.Clamp(fraction ?? 0, 0, 1));
            return new string('━', full) + new string('─', width - full);
        }

        private string Left(DateTimeOffset now) => left.At(now) is { } seconds ? $" · {ElapsedText.Of(seconds)} left" : "";
    }
}
