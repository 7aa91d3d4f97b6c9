using System.Text.Json.Serialization;
using Composer.Core.Settings;

namespace Composer.Stages.Efficiency;

/// <summary>
/// All that a timing of decoding sees: models that are timed in turns, so that what else the machine does falls on all alike.
/// What they have learnt is no part of it: they decode as fast with any parameters.
/// </summary>
/// <param name="LmEval">At which lengths.</param>
/// <param name="Engine">What computes.</param>
/// <param name="Input">The models.</param>
public sealed record EfficiencyInputs(
    [property: JsonPropertyName("lm-eval")] TimedLengths LmEval, string Engine, EfficiencyContent Input);

/// <param name="Lengths">Prompt and decoded tokens together.</param>
public sealed record TimedLengths(ValueList<int> Lengths);

/// <param name="Models">Each once, in an order that depends on nothing but them.</param>
public sealed record EfficiencyContent(ValueList<TimedModel> Models);
