using System.Text.Json.Serialization;
using System.ComponentModel;
using Composer.Core.Settings;

namespace Composer.Language.Evaluation;

/// <summary>How checkpoints are scored: a manifest's section <c>lm-eval</c>.</summary>
public sealed record LmEvalSettings : IReadsSelectively
{
    [Description("Tasks of lm-evaluation-harness, built-in ones, or paths of task files such as tasks/mine.toml."), SettingDistinct]
    [SettingChoices(typeof(EvaluationTasks), nameof(EvaluationTasks.Names), OrFileEnding = ".toml")]
    public ValueList<string> Tasks { get; init; } = [.. Stories.StoryTasks.Names];

    [Description("Folder with TASK.jsonl for each task that is not built in, and TASK.train.jsonl where there are shots.")]
    public string Data { get; init; } = "artifacts/data/lm-eval";

    [Description("Examples before each question."), SettingRange(0, 64)]
    public int Shots { get; init; }

    [Description("Questions of each task at most; 0 takes all (built-in tasks: 200)."), SettingRange(0, 1_000_000)]
    public int Limit { get; init; }

    /// <remarks>As lm-evaluation-harness's model argument of the same name.</remarks>
    [Description("Whether special tokens such as BOS go in front of every request; by default as the tokenizer's post_processor says.")]
    public bool? AddBosToken { get; init; }

    /// <remarks>As lm-evaluation-harness's model argument of the same name.</remarks>
    [Description("Tokens that the model is given at most; by default as many as it was trained on.")]
    [SettingRange(1, 131_072)]
    public int? MaxLength { get; init; }

    /// <remarks>As lm-evaluation-harness's option of the same name; left out of keys where it is off.</remarks>
    [Description("Whether each document's requests and scores are kept too, in samples_TASK.jsonl.")]
    public bool LogSamples { get; init; }

    [Description("Lengths at which decoding is timed, also beyond the trained one; a quarter of each is the prompt.")]
    [SettingRange(4, 131_072), SettingCount(1, 100)]
    public ValueList<int> Lengths { get; init; } = [256];

    [Description("Multiples of the trained length at which the loss on held-out text is measured; none of what came trained.")]
    [SettingRange(2, 64), SettingCount(0, 8), SettingDistinct]
    public ValueList<int> LengthMultiples { get; init; } = [];

    /// <summary>Tokens of the longest window of held-out text; 0 where it is not asked for.</summary>
    /// <param name="trained">Tokens of a sequence in training.</param>
    public int LongestWindow(int trained) => LengthMultiples.Count == 0 ? 0 : checked(trained * LengthMultiples.Max());

    /// <remarks>
    /// Where the data lies changes nothing: its content is in the key. Decoding is timed by a stage of its own, so that no timing is
    /// in the key of scores.
    /// </remarks>
    [JsonIgnore]
    public IReadOnlyCollection<string> Unread =>
    [
        nameof(Data),
        nameof(Lengths),
        .. LogSamples ? Array.Empty<string>() : [nameof(LogSamples)],
        .. LengthMultiples.Count > 0 ? Array.Empty<string>() : [nameof(LengthMultiples)],
    ];
}
