using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Composer.Core.Settings;
using Composer.Language.Evaluation.Harness;

namespace Composer.Language.Evaluation;

/// <summary>Writes each document's requests and scores as lm-evaluation-harness's <c>--log_samples</c> does, byte for byte.</summary>
public static class HarnessSamples
{
    /// <summary>What a task's file is called.</summary>
    public static string NameOf(string task) => $"samples_{task}.jsonl";

    /// <summary>One JSON object a line, UTF-8.</summary>
    /// <param name="result">Whose samples were kept.</param>
    public static byte[] Write(HarnessResult result)
    {
        var lines = new StringBuilder();
        foreach (var sample in result.Samples)
        {
            Write(lines, result.Task, sample);
            lines.Append('\n');
        }

        return Encoding.UTF8.GetBytes(lines.ToString());
    }

    /// <summary>The hashes of a document, of its first request's first text and of its target.</summary>
    internal static (string Document, string Prompt, string Target, string Joined) HashesOf(EvaluationTask task, TaskSample sample)
    {
        var (document, prompt, target) = (
            Hash(PythonJson.WriteIndented(task.DocumentOf(sample.Question))), Hash(sample.Requests[0][0]), Hash(sample.Question.Target));
        return (document, prompt, target, document + prompt + target);
    }

    private static void Write(StringBuilder json, EvaluationTask task, TaskSample sample)
    {
        json.Append(CultureInfo.InvariantCulture, $"{{\"doc_id\": {sample.Document}, \"doc\": ");
        json.Append(PythonJson.Write(task.DocumentOf(sample.Question)));
        json.Append(", \"target\": ");
        PythonJson.WriteText(json, sample.Question.Target);
        json.Append(", \"arguments\": {");
        for (var i = 0; i < sample.Requests.Count; i++)
        {
            json.Append(CultureInfo.InvariantCulture, $"{(i > 0 ? ", " : "")}\"gen_args_{i}\": {{");
            for (var j = 0; j < sample.Requests[i].Count; j++)
            {
                json.Append(CultureInfo.InvariantCulture, $"{(j > 0 ? ", " : "")}\"arg_{j}\": ");
                PythonJson.WriteText(json, sample.Requests[i][j]);
            }

            json.Append('}');
        }

        var isRolling = task.Output == TaskOutput.RollingLogLikelihood;
        string[] responses = [.. sample.Responses.Select(r => isRolling
            ? $"\"{PythonJson.Number(r.LogLikelihood)}\""
            : $"[\"{PythonJson.Number(r.LogLikelihood)}\", \"{(r.IsGreedy ? "True" : "False")}\"]")];
        json.Append("}, \"resps\": [").AppendJoin(", ", responses.Select(r => $"[{r}]"));
        json.Append("], \"filtered_resps\": [").AppendJoin(", ", responses);
        json.Append("], \"filter\": \"none\", \"metrics\": [");
        json.AppendJoin(", ", sample.Values.Select(v => $"\"{SettingNames.Of(v.Metric)}\""));
        var hashes = HashesOf(task, sample);
        json.Append(CultureInfo.InvariantCulture, $"], \"doc_hash\": \"{hashes.Document}\", \"prompt_hash\": \"{hashes.Prompt}\", ");
        json.Append(CultureInfo.InvariantCulture, $"\"target_hash\": \"{hashes.Target}\"");
        foreach (var (metric, value) in sample.Values)
        {
            json.Append(CultureInfo.InvariantCulture, $", \"{SettingNames.Of(metric)}\": {ValueOf(task, sample, metric, value)}");
        }

        json.Append('}');
    }

    private static string ValueOf(EvaluationTask task, TaskSample sample, EvaluationMetric metric, double value) => metric switch
    {
        EvaluationMetric.WordPerplexity => Weighed(value, sample.Question.Sizes.Words),
        EvaluationMetric.BytePerplexity or EvaluationMetric.BitsPerByte => Weighed(value, sample.Question.Sizes.Bytes),
        EvaluationMetric.Accuracy when task.Output == TaskOutput.LogLikelihood => value.ToString("0", CultureInfo.InvariantCulture),
        _ => PythonJson.Number(value),
    };

    private static string Weighed(double logLikelihood, int weight) =>
        string.Create(CultureInfo.InvariantCulture, $"[{PythonJson.Number(logLikelihood)}, {weight}]");

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
