using System.Globalization;
using Composer.Core.Text;
using Composer.Pipeline.Progress;

namespace Composer.Cli.Output;

/// <summary>
/// Plain lines, for logs, pipes and terminals that no table fits: a line when a stage begins, waits, is tried again and ends, how far each
/// has come no oftener than every <see cref="Interval"/>, and where nothing has happened for as long, what is still under way.
/// </summary>
internal sealed class PlainRunDisplay : IRunDisplay
{
    /// <summary>Between two lines that tell of no change.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    private const int MostNamed = 3;
    private readonly TextWriter output;
    private readonly TimeProvider time;
    private readonly ITimer timer;
    private readonly Lock gate = new();
    private readonly Dictionary<string, UnderWay> underWay = new(StringComparer.Ordinal);
    private DateTimeOffset lastLine;

    public PlainRunDisplay(TextWriter output, TimeProvider time)
    {
        (this.output, this.time) = (output, time);
        lastLine = time.GetUtcNow();
        var often = TimeSpan.FromSeconds(5);
        timer = time.CreateTimer(_ => BreakSilence(), null, often, often);
    }

    public void On(PipelineEvent happened)
    {
        lock (gate)
        {
            switch (happened)
            {
                case RunStarted started:
                    Tell(RunText.Title(started));
                    break;
                case StageStarted started:
                    underWay[started.Stage] = new UnderWay(started.Stage, time.GetUtcNow());
                    Tell($"  {started.Stage}: runs ({string.Join("; ", started.Reasons.Take(3))})");
                    break;
                case StageWaiting waiting when !underWay.ContainsKey(waiting.Stage):
                    underWay[waiting.Stage] = new UnderWay(waiting.Stage, time.GetUtcNow());
                    Tell($"  {waiting.Stage}: waits for {waiting.Holder}, which computes it");
                    break;
                case StageProgressed progressed when underWay.TryGetValue(progressed.Stage, out var stage):
                    stage.Detail = progressed.Progress.Detail;
                    if (time.GetUtcNow() - stage.Told >= Interval)
                    {
                        Tell(stage);
                    }

                    break;
                case StageRetried retried:
                    Tell($"  {RunText.Retried(retried)}");
                    break;
                case StageNoticed noticed:
                    Tell($"  {RunText.Noticed(noticed)}");
                    break;
                case StageFinished finished:
                    underWay.Remove(finished.Stage);
                    Tell($"  {RunText.Finished(finished)}");
                    break;
                case RunFinished finished:
                    Tell(RunText.Closing(finished));
                    break;
            }
        }
    }

    public void Dispose() => timer.Dispose();

    private void BreakSilence()
    {
        lock (gate)
        {
            if (underWay.Count == 0 || time.GetUtcNow() - lastLine < Interval)
            {
                return;
            }

            foreach (var stage in underWay.Values.OrderBy(s => s.Began).Take(MostNamed).ToArray())
            {
                Tell(stage);
            }

            if (underWay.Count > MostNamed)
            {
                Tell(string.Create(CultureInfo.InvariantCulture, $"  and {underWay.Count - MostNamed} more are under way"));
            }
        }
    }

    private void Tell(UnderWay stage)
    {
        stage.Told = time.GetUtcNow();
        var elapsed = ElapsedText.Of(Math.Round((stage.Told - stage.Began).TotalSeconds));
        Tell(stage.Detail.Length > 0 ? $"  {stage.Name}: {stage.Detail}, {elapsed} so far" : $"  {stage.Name}: {elapsed} so far");
    }

    private void Tell(string line)
    {
        lastLine = time.GetUtcNow();
        output.WriteLine(line);
        output.Flush();
    }

    private sealed class UnderWay(string name, DateTimeOffset began)
    {
        public string Name { get; } = name;

        public DateTimeOffset Began { get; } = began;

        public DateTimeOffset Told { get; set; } = began;

        public string Detail { get; set; } = "";
    }
}
