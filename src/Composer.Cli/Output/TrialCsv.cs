using Composer.Core.Settings;
using System.Globalization;
using System.Text;
using Composer.Stages.Search;

namespace Composer.Cli.Output;

/// <summary>A search's trials as RFC 4180 has it: one row a trial, one column a task.</summary>
internal static class TrialCsv
{
    public static string Of(SearchOutput search)
    {
        string[] tasks = [.. search.Trials.SelectMany(t => t.Tasks).Select(t => t.Task).Distinct()];
        var text = new StringBuilder();
        CsvRow.Append(
            text, ["number", "layers", "notation", "status", "score", "runs", "variance", "predicted", "kv_cache", .. tasks, "failure"]);
        foreach (var trial in search.Trials)
        {
            var status = trial.Stopped is { } stopped ? SettingNames.Of(stopped) : trial.Score is not null ? "complete" : "failed";
            CsvRow.Append(text,
            [
                Text(trial.Number),
                trial.Layers.ToString(),
                trial.Layers.Notation,
                status,
                Text(trial.Score),
                Text(trial.Runs),
                Text(trial.Variance),
                Text(trial.Predicted),
                Text(trial.KvCache),
                .. tasks.Select(name => Text(trial.Tasks.FirstOrDefault(t => t.Task == name)?.Score)),
                trial.Failure ?? "",
            ]);
        }

        return text.ToString();
    }

    private static string Text(double? value) => value?.ToString("R", CultureInfo.InvariantCulture) ?? "";
}
