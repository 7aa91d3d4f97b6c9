using System.Text.Encodings.Web;
using System.Text.Json;

namespace Composer.Language.Evaluation;

/// <summary>Writes results in lm-evaluation-harness's JSON shape, so that its readers read ours.</summary>
public static class HarnessReport
{
    /// <param name="results">Of one model.</param>
    /// <param name="model">Its name.</param>
    /// <param name="destination">JSON, UTF-8.</param>
    /// <param name="gitHash">Of the program, or null.</param>
    /// <param name="date">Seconds since 1970, or null: without it equal results are equal bytes.</param>
    public static void Write(
        IReadOnlyList<HarnessResult> results, string model, Stream destination, string? gitHash = null, double? date = null)
    {
        using var json = new Utf8JsonWriter(
            destination, new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        json.WriteStartObject();
        json.WriteStartObject("results");
        foreach (var result in results)
        {
            json.WriteStartObject(result.Task);
            json.WriteString("alias", result.Task);
            WriteMetric(json, "acc", result.Accuracy);
            if (result.NormalizedAccuracy is { } normalized)
            {
                WriteMetric(json, "acc_norm", normalized);
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
        Section(json, "group_subtasks", results, (r, name) =>
        {
            json.WriteStartArray(name);
            json.WriteEndArray();
        });
        Section(json, "configs", results, (r, name) =>
        {
            json.WriteStartObject(name);
            json.WriteString("task", r.Task);
            json.WriteString("output_type", "multiple_choice");
            json.WriteString("target_delimiter", " ");
            json.WriteString("fewshot_delimiter", "\n\n");
            json.WriteNumber("num_fewshot", r.Shots);
            json.WriteStartObject("metadata");
            json.WriteNumber("version", r.Version);
            json.WriteEndObject();
            json.WriteEndObject();
        });
        Section(json, "versions", results, (r, name) => json.WriteNumber(name, r.Version));
        Section(json, "n-shot", results, (r, name) => json.WriteNumber(name, r.Shots));
        Section(json, "higher_is_better", results, (r, name) =>
        {
            json.WriteStartObject(name);
            json.WriteBoolean("acc", true);
            if (r.NormalizedAccuracy is not null)
            {
                json.WriteBoolean("acc_norm", true);
            }

            json.WriteEndObject();
        });
        Section(json, "n-samples", results, (r, name) =>
        {
            json.WriteStartObject(name);
            json.WriteNumber("original", r.Documents);
            json.WriteNumber("effective", r.Questions);

            // The harness has no such fields: it stops at a choice that does not fit, and cuts contexts in silence.
            json.WriteNumber("left_out", r.LeftOut);
            json.WriteNumber("context_cut", r.ContextCut);
            json.WriteEndObject();
        });
        json.WriteStartObject("config");
        json.WriteString("model", model);
        json.WriteEndObject();
        json.WriteString("git_hash", gitHash);
        if (date is { } seconds)
        {
            json.WriteNumber("date", seconds);
        }

        if (results.Any(r => r.Samples.Count > 0))
        {
            Section(json, "samples", results, (r, name) => WriteSamples(json, name, r));
        }

        json.WriteEndObject();
    }

    private static void Section(
        Utf8JsonWriter json, string name, IReadOnlyList<HarnessResult> results, Action<HarnessResult, string> write)
    {
        json.WriteStartObject(name);
        foreach (var result in results)
        {
            write(result, result.Task);
        }

        json.WriteEndObject();
    }

    private static void WriteMetric(Utf8JsonWriter json, string name, TaskMetric metric)
    {
        json.WriteNumber($"{name},none", metric.Value);
        if (metric.StandardError is { } error)
        {
            json.WriteNumber($"{name}_stderr,none", error);
        }
        else
        {
            json.WriteString($"{name}_stderr,none", "N/A");
        }
    }

    private static void WriteSamples(Utf8JsonWriter json, string name, HarnessResult result)
    {
        json.WriteStartArray(name);
        foreach (var sample in result.Samples)
        {
            json.WriteStartObject();
            json.WriteNumber("doc_id", sample.Question);
            json.WriteNumber("target", sample.Gold);
            json.WriteStartArray("filtered_resps");
            foreach (var score in sample.LogLikelihoods)
            {
                json.WriteNumberValue(score);
            }

            json.WriteEndArray();
            json.WriteNumber("acc", sample.Right ? 1.0 : 0.0);
            json.WriteNumber("acc_norm", sample.RightNormalized ? 1.0 : 0.0);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
