using System.Text.Json.Serialization;
using Composer.Core.Settings;

namespace Composer.Stages.Efficiency;

/// <summary>
/// All that a timing sees: models that are timed in turns, so that what else the machine does falls on all alike. What they have
/// learnt is no part of it: they decode and train as fast with any parameters.
/// </summary>
/// <param name="LmEval">At which lengths they decode.</param>
/// <param name="Pretrain">Which steps they train; null where none of them is trained here.</param>
/// <param name="Engine">What computes.</param>
/// <param name="Input">The models.</param>
public sealed record EfficiencyInputs(
    [property: JsonPropertyName("lm-eval")] TimedLengths LmEval, TimedStep? Pretrain, string Engine, EfficiencyContent Input);

/// <param name="Lengths">Prompt and decoded tokens together.</param>
public sealed record TimedLengths(ValueList<int> Lengths);

/// <param name="BatchTokens">Of one step, as far as whole sequences go.</param>
/// <param name="Length">Tokens of a sequence.</param>
public sealed record TimedStep(int BatchTokens, int Length)
{
    /// <summary>Of one step, at least one.</summary>
    [JsonIgnore]
    public int Sequences => Math.Max(1, BatchTokens / Length);

    /// <summary>Those that a step trains on.</summary>
    [JsonIgnore]
    public int Tokens => Sequences * Length;
}

/// <param name="Models">Each once, in an order that depends on nothing but them.</param>
/// <param name="Trained">The places, from 0, of those whose training is timed too: what came trained decodes alone.</param>
public sealed record EfficiencyContent(ValueList<TimedModel> Models, ValueList<int> Trained);
