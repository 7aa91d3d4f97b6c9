using Composer.Core;
using Composer.Mad.Scoring;
using Composer.Pipeline.Jobs;
using Composer.Pipeline.Keys;

namespace Composer.Pipeline.Stages.Search;

/// <summary>One training of a candidate: its key, and what an agent is told.</summary>
/// <param name="Task">The task's name.</param>
/// <param name="Variant">Which learning rate and weight decay, counted from 0.</param>
/// <param name="Repetition">Counted from 0.</param>
/// <param name="Epochs">Passes over the samples.</param>
/// <param name="Preimage">Names the result.</param>
/// <param name="Unit">For the agent.</param>
internal sealed record EvaluationRequest(string Task, int Variant, int Repetition, int Epochs, Preimage Preimage, EvaluationUnitJob Unit);
