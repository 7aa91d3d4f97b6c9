using System.Text;
using System.Text.Json;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace Composer.MSBuild.Tasks;

/// <summary>
/// Asks what of an experiment would run (<c>composer plan NAME --json</c>); runs nothing. Each stage becomes an
/// item named <c>stage</c> or <c>stage/name</c>, with the metadata Stage, Key, Status and Reason.
/// </summary>
[MSBuildMultiThreadableTask]
public sealed class ResolveExperiment : ComposerTask
{
    private readonly StringBuilder _json = new();

    /// <summary>The stages in order. Status is <c>hit</c>, <c>run</c>, <c>wait</c> or <c>blocked</c>.</summary>
    [Output]
    public ITaskItem[] Stages { get; private set; } = [];

    /// <inheritdoc />
    public override bool Execute()
    {
        if (!base.Execute())
        {
            return false;
        }

        try
        {
            using var plan = JsonDocument.Parse(_json.ToString());
            Stages = [.. plan.RootElement.GetProperty("stages").EnumerateArray().Select(Item)];
            return true;
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            Log.LogError($"composer plan {Experiment} printed no plan: {exception.Message}");
            return false;
        }
    }

    private protected override IEnumerable<string> Arguments() => ["plan", Experiment, .. ManifestOptions(), "--json"];

    private protected override void OnOutput(string line) => _json.AppendLine(line);

    private static TaskItem Item(JsonElement stage)
    {
        var kind = JsonText.Of(stage, "stage");
        var name = JsonText.Of(stage, "name");
        return new TaskItem(name.Length > 0 && name != kind ? $"{kind}/{name}" : kind, new Dictionary<string, string>
        {
            ["Stage"] = kind,
            ["Key"] = JsonText.Of(stage, "key"),
            ["Status"] = JsonText.Of(stage, "status"),
            ["Reason"] = JsonText.Of(stage, "reason"),
        });
    }
}
