using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Composer.Core.Settings;
using Composer.Language.Evaluation.Harness;
using Composer.Language.Tokenizers;

namespace Composer.Language.Evaluation;

/// <summary>Writes results in the JSON of lm-evaluation-harness 0.4.13, so that its readers read ours.</summary>
/// <remarks>
/// Equal results are equal bytes: what the harness takes from the clock, the machine and the checkout has fixed values here
/// (decision 0026).
/// </remarks>
public static partial class HarnessReport
{
    /// <summary>The harness whose numbers these are.</summary>
    public const string HarnessVersion = "0.4.13";

    private static readonly JsonSerializerOptions Written = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <param name="results">Of one model, in the order of the tasks.</param>
    /// <param name="model">What was scored.</param>
    /// <param name="settings">How.</param>
    /// <param name="destination">JSON, UTF-8.</param>
    public static void Write(IReadOnlyList<HarnessResult> results, HarnessModel model, HarnessSettings settings, Stream destination)
    {
        // A task without a scored question has no number that the harness could have.
        HarnessResult[] scored = [.. results.Where(r => r.Questions > 0)];
        HarnessResult[] sorted = [.. scored.OrderBy(r => r.Task.Name, StringComparer.Ordinal)];
        var report = new JsonObject
        {
            ["results"] = Section(scored, ScoresOf),
            ["group_subtasks"] = new JsonObject(),
            ["configs"] = Section(sorted, ConfigurationOf),
            ["versions"] = Section(sorted, r => r.Task.Version),
            ["n-shot"] = Section(sorted, r => r.Shots),
            ["higher_is_better"] = Section(sorted, r => new JsonObject(r.Scores.Select(s =>
                KeyValuePair.Create(SettingNames.Of(s.Metric), (JsonNode?)EvaluationMetrics.IsHigherBetter(s.Metric))))),

            // The last two are no fields of the harness's: it cuts contexts in silence, and has no generated questions.
            ["n-samples"] = Section(scored, r => new JsonObject
            {
                ["original"] = r.Task.Documents,
                ["effective"] = r.Questions,
                ["context_cut"] = r.ContextCut,
                ["left_out"] = r.LeftOut,
            }),
            ["config"] = Run(model, settings),
            ["git_hash"] = "",
            ["date"] = 0.0,
            ["pretty_env_info"] = "",
            ["transformers_version"] = "",
            ["lm_eval_version"] = HarnessVersion,
            ["upper_git_hash"] = null,
            ["tokenizer_pad_token"] = Token(model.Tokenizer, model.Tokenizer.EosId),
            ["tokenizer_eos_token"] = Token(model.Tokenizer, model.Tokenizer.EosId),
            ["tokenizer_bos_token"] = Token(model.Tokenizer, model.Tokenizer.BosId),
            ["eot_token_id"] = model.Tokenizer.EosId,
            ["max_length"] = model.MaximumLength,
            ["task_hashes"] = Section(scored, r => r.Hash),
            ["model_source"] = HarnessModel.Source,
            ["model_name"] = model.Name,
            ["model_name_sanitized"] = Unsafe().Replace(model.Name, "__"),
            ["system_instruction"] = null,
            ["system_instruction_sha"] = null,
            ["fewshot_as_multiturn"] = null,
            ["chat_template"] = null,
            ["chat_template_sha"] = null,
            ["total_evaluation_time_seconds"] = "0.0",
        };
        JsonSerializer.Serialize(destination, report, Written);
    }

    private static JsonObject Section(IEnumerable<HarnessResult> results, Func<HarnessResult, JsonNode?> value) =>
        new(results.Select(r => KeyValuePair.Create(r.Task.Name, value(r))));

    private static JsonObject ScoresOf(HarnessResult result)
    {
        var scores = new JsonObject
        {
            ["name"] = result.Task.Name,
            ["alias"] = result.Task.Name,
            ["sample_len"] = result.Questions,
        };
        foreach (var (metric, value, error) in result.Scores)
        {
            var name = SettingNames.Of(metric);
            scores[$"{name},none"] = Finite(value);
            scores[$"{name}_stderr,none"] = error is { } known ? Finite(known) : "N/A";
        }

        return scores;
    }

    /// <summary>Null where a perplexity is larger than numbers are: JSON has no infinity.</summary>
    private static JsonNode? Finite(double value) => double.IsFinite(value) ? value : null;

    private static JsonObject ConfigurationOf(HarnessResult result)
    {
        var task = result.Task;
        var configuration = new JsonObject { ["task"] = task.Name };
        foreach (var (key, value) in task.Configuration)
        {
            configuration[key] = value?.DeepClone();
        }

        configuration["description"] = task.Description;
        configuration["target_delimiter"] = task.TargetDelimiter;
        configuration["fewshot_delimiter"] = task.FewshotDelimiter;
        configuration["num_fewshot"] = result.Shots;
        configuration["metric_list"] = new JsonArray([.. task.Metrics.Select(metric => new JsonObject
        {
            ["metric"] = SettingNames.Of(metric),
            ["aggregation"] = EvaluationMetrics.AggregationOf(metric),
            ["higher_is_better"] = EvaluationMetrics.IsHigherBetter(metric),
        })]);
        configuration["output_type"] = SettingNames.Of(task.Output);
        configuration["repeats"] = 1;
        configuration["metadata"] = new JsonObject { ["version"] = task.Version };
        return configuration;
    }

    private static JsonObject Run(HarnessModel model, HarnessSettings settings)
    {
        var arguments = new JsonObject { ["pretrained"] = model.Name, ["max_length"] = model.MaximumLength };
        if (settings.AddBosToken is { } adds)
        {
            arguments["add_bos_token"] = adds;
        }

        return new JsonObject
        {
            ["model"] = HarnessModel.Source,
            ["model_args"] = arguments,
            ["model_num_parameters"] = model.Parameters,
            ["model_dtype"] = "torch.float32",
            ["model_revision"] = "",
            ["model_sha"] = model.Weights.ToString(),
            ["batch_size"] = 1,
            ["batch_sizes"] = new JsonArray(),
            ["device"] = null,
            ["use_cache"] = null,
            ["limit"] = model.Limit > 0 ? model.Limit : null,
            ["bootstrap_iters"] = StandardErrors.BootstrapIterations,
            ["gen_kwargs"] = null,
            ["random_seed"] = 0,
            ["numpy_seed"] = LanguageModelEvaluator.ShotSeed,
            ["torch_seed"] = LanguageModelEvaluator.ShotSeed,
            ["fewshot_seed"] = LanguageModelEvaluator.ShotSeed,
        };
    }

    private static JsonArray Token(ITokenizer tokenizer, int id) =>
        [tokenizer.TextOf(id), id.ToString(CultureInfo.InvariantCulture)];

    [GeneratedRegex("""["<>:/|\\?*\[\]]+""")]
    private static partial Regex Unsafe();
}
