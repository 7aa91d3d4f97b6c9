using Composer.Architecture;
using Composer.Core.Json;

namespace Composer.Stages.Efficiency;

/// <summary>What the speed of a model's decoding depends on.</summary>
/// <param name="Architecture">The order.</param>
/// <param name="Vocabulary">Tokens of the prepared corpus.</param>
/// <param name="Shape">The widths.</param>
public sealed record TimedModel(LayerSequence Architecture, int Vocabulary, ModelShape Shape)
{
    /// <summary>Equal ones once, in the order of their texts.</summary>
    public static IEnumerable<TimedModel> Distinct(IEnumerable<TimedModel> models) =>
        models.Select(model => (Model: model, Text: ComposerJson.WriteText(model)))
            .DistinctBy(m => m.Text, StringComparer.Ordinal)
            .OrderBy(m => m.Text, StringComparer.Ordinal)
            .Select(m => m.Model);
}
