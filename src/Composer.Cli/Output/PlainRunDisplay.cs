using Composer.Pipeline.Graph;
using Composer.Pipeline.Progress;

namespace Composer.Cli.Output;

/// <summary>Plain lines, for logs and pipes: a line when a stage begins, now and then while it works, and when it ends.</summary>
internal sealed class PlainRunDisplay(TextWriter output) : IRunDisplay
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);
    private readonly Dictionary<string, DateTimeOffset> told = new(StringComparer.Ordinal);

    public void On(PipelineEvent happened)
    {
        switch (happened)
        {
            case RunStarted started:
                output.WriteLine(RunText.Title(started));
                break;
            case StageStarted started:
                told[started.Stage] = started.At;
                output.WriteLine($"  {started.Stage}: runs ({string.Join("; ", started.Reasons.Take(3))})");
                break;
            case StageWaiting waiting when !told.ContainsKey(waiting.Stage):
                told[waiting.Stage] = waiting.At;
                output.WriteLine($"  {waiting.Stage}: waits for {waiting.Holder}, which computes it");
                break;
            case StageProgressed progressed when progressed.At - told.GetValueOrDefault(progressed.Stage) >= Interval:
                told[progressed.Stage] = progressed.At;
                output.WriteLine($"  {progressed.Stage}: {progressed.Progress.Detail}");
                break;
            case StageRetried retried:
                output.WriteLine($"  {RunText.Retried(retried)}");
                break;
            case StageFinished finished:
                output.WriteLine($"  {RunText.Finished(finished)}");
                break;
            case RunFinished finished:
                output.WriteLine(RunText.Closing(finished));
                break;
        }

        output.Flush();
    }

    public void Dispose()
    {
    }
}
