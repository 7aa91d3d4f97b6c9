using Composer.Pipeline.Graph;
using Composer.Core.Text;
using Composer.Pipeline.Progress;
using Spectre.Console.Rendering;
using Spectre.Console;

namespace Composer.Cli.Output;

/// <summary>A table that follows the run in place: each stage with a bar, what it is at, and the time left.</summary>
internal sealed class LiveRunDisplay : IRunDisplay
{
    private const int BarWidth = 20;
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
            console.WriteLine(closing);
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

    private IRenderable Render()
    {
        lock (gate)
        {
            var grid = new Grid().AddColumn(new GridColumn().NoWrap()).AddColumn(new GridColumn().NoWrap()).AddColumn(new GridColumn());
            foreach (var row in rows)
            {
                row.AddTo(grid, time.GetUtcNow());
            }

            return new Rows(new Text(title, new Style(decoration: Decoration.Bold)), grid);
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

        public void AddTo(Grid grid, DateTimeOffset now)
        {
            var (mark, style) = status switch
            {
                null => ("·", new Style(Color.Grey)),
                StageStatus.Hit => ("hit", new Style(Color.Grey)),
                StageStatus.Ran => ("done", new Style(Color.Green)),
                StageStatus.Failed => ("failed", new Style(Color.Red)),
                StageStatus.Cancelled or StageStatus.Skipped => (status, new Style(Color.Yellow)),
                _ => (Bar(), new Style(Color.Blue)),
            };
            var detail = status == "running" ? Detail + Left(now) : Detail;
            grid.AddRow(new Text("  " + Stage), new Text(mark.PadRight(BarWidth), style), new Text(detail));
        }

        private string Bar()
        {
            var full = (int)Math.Round(BarWidth * Math.Clamp(fraction ?? 0, 0, 1));
            return new string('━', full) + new string('─', BarWidth - full);
        }

        private string Left(DateTimeOffset now) => left.At(now) is { } seconds ? $" · {ElapsedText.Of(seconds)} left" : "";
    }
}
