using System.ComponentModel;
using System.Text.Json.Serialization;
using Composer.Core.Settings;

namespace Composer.Language.Evaluation.Own;

/// <summary>
/// A task of one's own, as its TOML file says it. Texts that are made of a row are templates (<see cref="TaskTemplate"/>).
/// </summary>
public sealed record TaskDefinition : IReadsSelectively
{
    [Description("As results name it."), SettingRequired]
    public string Name { get; init; } = "";

    [Description("Raised when a question or prompt changes.")]
    public double Version { get; init; } = 1;

    [Description("What the model is asked for.")]
    public TaskOutput OutputType { get; init; }

    [Description("Files of questions, relative to this file: JSON lines, also .gz or .zst, Parquet, or .txt, whose field is 'text'.")]
    [SettingRequired, SettingDistinct, SettingCount(1, 1000)]
    public ValueList<string> Data { get; init; } = [];

    [Description("Files that examples are drawn from where there are shots; by default the questions themselves."), SettingDistinct]
    public ValueList<string> Examples { get; init; } = [];

    [Description("Whether a question is no example before itself: one more is drawn. By default where there are no 'examples'.")]
    public bool? LeaveQuestionOut { get; init; }

    [Description("Stands before everything."), SettingMayBeEmpty]
    public string Description { get; init; } = "";

    [Description("What is given, the same for every choice."), SettingMayBeEmpty]
    public string Context { get; init; } = "";

    [Description("What is given with each choice, where the choices differ in it; 'target' follows each.")]
    public ValueList<string> Contexts { get; init; } = [];

    [Description("What may follow the context; a template of one list is as many.")]
    public ValueList<string> Choices { get; init; } = [];

    [Description("The right choice: its index from 0, or its text.")]
    public string Answer { get; init; } = "";

    [Description("What follows the context, or the text that is scored whole.")]
    public string Target { get; init; } = "";

    [Description("Stands between a context and a choice."), SettingMayBeEmpty]
    public string TargetDelimiter { get; init; } = " ";

    [Description("Stands behind each example."), SettingMayBeEmpty]
    public string FewshotDelimiter { get; init; } = "\n\n";

    [Description("What is reported; by default all that the output has."), SettingDistinct]
    public ValueList<EvaluationMetric> Metrics { get; init; } = [];

    [Description("Fields made of a row's, for other templates.")]
    public ValueMap<string> Fields { get; init; } = new([]);

    /// <remarks>Where the data lies changes nothing: its content is in the key.</remarks>
    [JsonIgnore]
    public IReadOnlyCollection<string> Unread => [nameof(Data), nameof(Examples)];

    /// <summary>Every template with the key that it stands under.</summary>
    internal IEnumerable<(string Key, string Template)> Templates =>
        Fields.Select(f => ($"fields.{f.Key}", f.Value))
            .Append(("context", Context))
            .Concat(Contexts.Select((text, i) => (FormattableString.Invariant($"contexts[{i}]"), text)))
            .Concat(Choices.Select((text, i) => (FormattableString.Invariant($"choices[{i}]"), text)))
            .Append(("answer", Answer))
            .Append(("target", Target));
}
