using System.Text.Json.Nodes;
using Composer.Architecture;
using Composer.Core;
using Composer.Language.Evaluation;
using Composer.Language.Tokenizers;
using Composer.Training.Models;
using Composer.Training.Optimization;

namespace Composer.Language.Tests.Evaluation;

/// <summary>
/// Results and samples as lm-evaluation-harness's own <c>evaluate</c> and tracker wrote them (<c>tests/data/lm-eval</c>) of a model
/// whose log-likelihoods are eighths, so that sums have no rounding.
/// </summary>
public sealed class HarnessResultsTests
{
    private const int Window = 128;

    private static readonly string Data = Path.Join(CloneRoot.Path, "tests/data/lm-eval");
    private static readonly string[] Tasks =
        ["hellaswag", "piqa", "winogrande", "arc_easy", "arc_challenge", "sciq", "lambada_openai", "wikitext"];

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void Every_number_is_the_harness_s(int shots)
    {
        var expected = JsonNode.Parse(File.ReadAllText(Path.Join(Data, $"results-{shots}.json")))!.AsObject();
        var written = Report(shots).AsObject();

        // What the harness takes from elsewhere has values of its own here, or stands in the configuration of a function.
        string[] ownValues = ["config", "configs", "date", "git_hash"];
        foreach (var (section, value) in expected.Where(e => !ownValues.Contains(e.Key) && !IsOfTheMachine(e.Key)))
        {
            Assert.True(written.ContainsKey(section), section);
            Compare(value, written[section], section);
        }

        Assert.Equal(expected.Select(e => e.Key).Where(k => !IsOfTheMachine(k)).Order(), written.Select(w => w.Key).Where(expected.ContainsKey).Where(k => !IsOfTheMachine(k)).Order());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void Every_byte_of_the_samples_is_the_harness_s(int shots)
    {
        var compared = 0;
        foreach (var result in Results(shots))
        {
            var file = Path.Join(Data, "scored", $"samples_{result.Task.Name}-{shots}.jsonl");
            if (File.Exists(file))
            {
                Assert.Equal(File.ReadAllText(file), System.Text.Encoding.UTF8.GetString(HarnessSamples.Write(result)));
                compared++;
            }
        }

        Assert.Equal(shots == 0 ? 3 : Tasks.Length, compared);
    }

    [Fact]
    public void Every_field_of_a_task_s_configuration_is_the_harness_s_but_functions_and_what_none_of_ours_reads()
    {
        string[] notOurs = ["fewshot_config", "process_docs", "process_results", "should_decontaminate", "doc_to_decontamination_query", "unsafe_code"];
        var expected = JsonNode.Parse(File.ReadAllText(Path.Join(Data, "results-2.json")))!["configs"]!.AsObject();
        var written = Report(2)["configs"]!;
        foreach (var (task, configuration) in expected)
        {
            foreach (var (key, value) in configuration!.AsObject().Where(c => !notOurs.Contains(c.Key)))
            {
                var isFunction = value is JsonValue text && text.ToString().StartsWith("def ", StringComparison.Ordinal);
                if (!isFunction && !(task == "wikitext" && key == "metric_list"))
                {
                    Assert.True(JsonNode.DeepEquals(value, written[task]![key]), $"{task}.{key}: {value} {written[task]![key]}");
                }
            }
        }
    }

    private static bool IsOfTheMachine(string key) =>
        key is "pretty_env_info" or "transformers_version" or "lm_eval_version" or "upper_git_hash" or "model_source" or "model_name"
            or "model_name_sanitized" or "total_evaluation_time_seconds";

    /// <summary>Numbers within the last bits of a sum; the harness adds in another order.</summary>
    private static void Compare(JsonNode? expected, JsonNode? written, string place)
    {
        if (expected is JsonObject members)
        {
            foreach (var (key, value) in members)
            {
                Assert.True(written is JsonObject given && given.ContainsKey(key), $"{place}.{key}");
                Compare(value, written[key], $"{place}.{key}");
            }
        }
        else if (expected is JsonValue number && number.TryGetValue<double>(out var value))
        {
            Assert.Equal(value, written!.GetValue<double>(), Math.Abs(value) * 1e-12);
        }
        else
        {
            Assert.True(JsonNode.DeepEquals(expected, written), $"{place}: {expected} {written}");
        }
    }

    private static JsonNode Report(int shots)
    {
        using var stream = new MemoryStream();
        HarnessReport.Write(
            Results(shots), new HarnessModel("A", Digest.Of("w"), 1, new ByteTokenizer(), Window, 0), new HarnessSettings { Shots = shots }, stream);
        return JsonNode.Parse(stream.ToArray())!;
    }

    private static List<HarnessResult> Results(int shots)
    {
        using var model = new Eighths();
        return [.. Tasks.Select(name => LanguageModelEvaluator.Evaluate(
            model,
            new ByteTokenizer(),
            EvaluationTasks.Load(name, Path.Join(Data, "scored"), shots, 0),
            new HarnessSettings { Shots = shots, KeepSamples = true, Threads = 2 }))];
    }

    private sealed class Eighths : ITrainableModel
    {
        public ModelConfiguration Configuration { get; } = new(LayerSequence.FromSymbols("A"), new ModelShape(8, 2, 2, 8), 258, Window);

        public IReadOnlyList<ParameterDescription> Parameters => throw new NotSupportedException();

        public long UpdatesDone => 0;

        public void Score(ReadOnlySpan<int> inputs, ReadOnlySpan<int> targets, Span<double> logProbabilities, Span<int> predictions)
        {
            for (var i = 0; i < inputs.Length; i++)
            {
                var counts = targets[i] != TokenBatch.Ignored;
                logProbabilities[i] = counts ? -((((targets[i] * 7) + (i * 13) + (inputs[i] * 3)) % 64) + 1) / 8.0 : 0;
                predictions[i] = counts ? ((targets[i] + inputs[i]) % 5 != 0 ? targets[i] : 300) : TokenBatch.Ignored;
            }
        }

        public void Dispose()
        {
        }

        public void Read(int parameter, StateSlot slot, Span<float> destination) => throw new NotSupportedException();

        public void Write(int parameter, StateSlot slot, ReadOnlySpan<float> source) => throw new NotSupportedException();

        public void RestoreUpdatesDone(long updates) => throw new NotSupportedException();

        public StepResult TrainStep(TokenBatch batch, in AdamWSettings settings) => throw new NotSupportedException();

        public double ComputeGradients(TokenBatch batch, IReadOnlyList<float[]> gradients) => throw new NotSupportedException();

        public BatchMetrics Evaluate(TokenBatch batch, Span<int> predictions = default) => throw new NotSupportedException();

        public IDecoder CreateDecoder(int maximumLength) => throw new NotSupportedException();
    }
}
