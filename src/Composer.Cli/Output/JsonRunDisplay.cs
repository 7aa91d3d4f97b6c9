using System.Text.Json.Nodes;
using System.Text.Json;
using Composer.Core.Json;
using Composer.Pipeline.Progress;

namespace Composer.Cli.Output;

/// <summary>One JSON object a line, with <c>event</c> first; the last is <c>finished</c>.</summary>
internal sealed class JsonRunDisplay(TextWriter output) : IRunDisplay
{
    public void On(PipelineEvent happened)
    {
        var name = happened switch
        {
            RunStarted => "started",
            StageStarted => "stage-started",
            StageWaiting => "stage-waiting",
            StageProgressed => "stage-progress",
            StageRetried => "stage-retry",
            StageNoticed => "stage-notice",
            StageFinished => "stage-finished",
            RunFinished => "finished",
            _ => "other",
        };
        var json = JsonSerializer.SerializeToNode(happened, happened.GetType(), ComposerJson.Options)!.AsObject();
        var line = new JsonObject { ["event"] = name };
        foreach (var (key, value) in json.ToArray())
        {
            json.Remove(key);
            line[key] = value;
        }

        if (happened is StageStarted started)
        {
            line["key"] = started.Key.ToString();
        }
        else if (happened is StageFinished finished)
        {
            line["key"] = finished.Key?.ToString();
        }

        output.WriteLine(line.ToJsonString(ComposerJson.Options));
        output.Flush();
    }

    public void Dispose()
    {
    }
}
