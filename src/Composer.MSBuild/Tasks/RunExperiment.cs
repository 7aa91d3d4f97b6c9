using System.Globalization;
using System.Text.Json;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace Composer.MSBuild.Tasks;

/// <summary>
/// Runs an experiment (<c>composer run NAME --json</c>). Each stage that ends becomes an item with the metadata
/// Stage, Key and Status; cancelling the build interrupts the run, which keeps what it finished.
/// </summary>
[MSBuildMultiThreadableTask]
public sealed class RunExperiment : ComposerTask
{
    private readonly List<ITaskItem> stages = [];

    /// <summary>The last stage to run; nothing for all.</summary>
    public string Until { get; set; } = "";

    /// <summary>The stages in the order in which they ended.</summary>
    [Output]
    public ITaskItem[] Stages => [.. stages];

    /// <summary>The report, as an item with the metadata Experiment, Ran and Hits; empty when there is none.</summary>
    [Output]
    public ITaskItem[] Reports { get; private set; } = [];

    /// <summary>How many stages ran.</summary>
    [Output]
    public int Ran { get; private set; }

    /// <summary>How many stages the store had.</summary>
    [Output]
    public int Hits { get; private set; }

    private protected override IEnumerable<string> Arguments() =>
    [
        "run", Experiment, .. ManifestOptions(), .. Until.Length > 0 ? (string[])["--until", Until] : [], "--json",
    ];

    private protected override void OnOutput(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            Take(document.RootElement);
        }
        catch (JsonException)
        {
            Log.LogMessage(MessageImportance.Normal, "{0}", line);
        }
    }

    private void Take(JsonElement happened)
    {
        switch (JsonText.Of(happened, "event"))
        {
            case "stage-finished":
                var stage = JsonText.Of(happened, "stage");
                var status = JsonText.Of(happened, "status");
                stages.Add(new TaskItem(stage, new Dictionary<string, string>
                {
                    ["Stage"] = stage,
                    ["Key"] = JsonText.Of(happened, "key"),
                    ["Status"] = status,
                }));
                Log.LogMessage(MessageImportance.High, "{0}", $"{Experiment}: {stage} {status}");
                break;
            case "finished":
                Ran = Count(happened, "ran");
                Hits = Count(happened, "hits");
                TakeReport(JsonText.Of(happened, "report"));
                break;
        }
    }

    private void TakeReport(string report)
    {
        Log.LogMessage(MessageImportance.High, "{0}",
            string.Create(CultureInfo.InvariantCulture, $"{Experiment}: {Ran} stages ran, {Hits} were in the "
                + $"store{(report.Length > 0 ? $"; {report}" : "")}"));
        if (report.Length > 0)
        {
            Reports =
            [
                new TaskItem(Path.GetFullPath(report, WorkingDirectory), new Dictionary<string, string>
                {
                    ["Experiment"] = Experiment,
                    ["Ran"] = Ran.ToString(CultureInfo.InvariantCulture),
                    ["Hits"] = Hits.ToString(CultureInfo.InvariantCulture),
                }),
            ];
        }
    }

    private static int Count(JsonElement happened, string property) =>
        happened.TryGetProperty(property, out var value) && value.TryGetInt32(out var count) ? count : 0;
}
