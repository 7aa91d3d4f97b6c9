using System.Text.Json.Serialization;
using Composer.Architecture;
using Composer.Core.Settings;

namespace Composer.Stages.Efficiency;

/// <summary>All that a timing of decoding sees. What a model has learnt is no part of it: it decodes as fast with any parameters.</summary>
/// <param name="LmEval">At which lengths.</param>
/// <param name="Model">The widths.</param>
/// <param name="Engine">What computes.</param>
/// <param name="Input">The order and its vocabulary.</param>
public sealed record EfficiencyInputs(
    [property: JsonPropertyName("lm-eval")] TimedLengths LmEval, ModelShape Model, string Engine, EfficiencyContent Input);

/// <param name="Lengths">Prompt and decoded tokens together.</param>
public sealed record TimedLengths(ValueList<int> Lengths);

/// <param name="Architecture">The order.</param>
/// <param name="Vocabulary">Tokens of the prepared corpus.</param>
public sealed record EfficiencyContent(LayerSequence Architecture, int Vocabulary);
