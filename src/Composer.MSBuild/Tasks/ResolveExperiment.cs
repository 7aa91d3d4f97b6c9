using System.Text;
using System.Text.Json;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace Composer.MSBuild.Tasks;

/// <summary>
/// Asks what of an experiment would run (<c>composer plan NAME --json</c>); runs nothing. Each stage becomes an
/// item of its name, such as <c>pretrain/llama</c>, with the metadata Stage (its kind), Key, Status and Reasons.
/// </summary>
[MSBuildMultiThreadableTask]
public sealed class ResolveExperiment : ComposerTask
{
    private readonly StringBuilder json = new();

    /// <summary>The stages in order. Status is <c>hit</c>, <c>run</c> or <c>blocked</c>.</summary>
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
            using var plan = JsonDocument.Parse(json.ToString());
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

    private protected override void OnOutput(string line) => json.AppendLine(line);

    private static TaskItem Item(JsonElement stage)
    {
        return new TaskItem(stage.GetProperty("name").GetString()!, new Dictionary<string, string>
        {
            ["Stage"] = JsonText.Of(stage, "stage"),
            ["Key"] = JsonText.Of(stage, "key"),
            ["Status"] = JsonText.Of(stage, "status"),
            ["Reasons"] = JsonText.Of(stage, "reasons"),
        });
    }
}
