using System.ComponentModel;
using System.Text.Json.Serialization;
using Composer.Core.Settings;
using Composer.Language.Corpora;
using Composer.Language.Evaluation.Text;
using Composer.Mad.Evaluation;

namespace Composer.Manifests.Model;

/// <summary>The text task of <c>evaluate</c>: a corpus sampled down, scored by validation loss.</summary>
public sealed record TextSettings : IReadsSelectively
{
    [Inline]
    public CorpusSettings Corpus { get; init; } = new() { Documents = 500, ValidationDocuments = 100, Tokenizer = "bytes" };

    [SettingOf(typeof(TextEvaluationSettings), nameof(TextEvaluationSettings.Length))]
    public int Length { get; init; } = new TextEvaluationSettings().Length;

    [Description("How much the text task counts in a candidate's score, the mean over tasks; 1 where nothing is said.")]
    [SettingRange(0, MadTaskKnobs.MostWeight)]
    public double? Weight { get; init; }

    /// <remarks>Whoever trains on text reads tokens, which it names by their content.</remarks>
    [JsonIgnore]
    public IReadOnlyCollection<string> Unread => [nameof(Corpus)];
}
