using Composer.Architecture;
using Composer.Architecture.Primitives;
using Composer.Core;
using Composer.Mad.Evaluation;
using Composer.Mad.Scoring;
using Composer.Mad.Tasks;
using Composer.Manifests.Model;

namespace Composer.Pipeline.Stages.Search;

/// <summary>What <c>[evaluate]</c> and the candidates' widths ask for, in the terms of the tasks.</summary>
internal static class EvaluationPlan
{
    /// <summary>The name of the task that is no MAD task: language modelling on a corpus.</summary>
    public const string Text = "text";

    public static ModelShape Shape(ModelSection model) => new(model.Dim, model.Heads, model.KvHeads, model.Hidden);

    /// <summary>The protocol of the MAD tasks; without tasks when only text is asked for.</summary>
    public static EvaluationProtocol Protocol(ExperimentManifest manifest)
    {
        var evaluate = manifest.Evaluate;
        var plans = evaluate.Tasks.Where(name => name != Text).Select(name => Plan(evaluate, name)).ToArray();
        return new EvaluationProtocol(Shape(manifest.Search.Model), plans, evaluate.Repetitions, Rule(evaluate));
    }

    public static ScoringRule Rule(EvaluateSection evaluate) => new(
        evaluate.Objective == "accuracy" ? ScoreObjective.Accuracy : ScoreObjective.Loss,
        evaluate.Score == "best" ? ScoreEpoch.Best : ScoreEpoch.Last);

    /// <summary>Each learning rate with each weight decay, in the order of the manifest.</summary>
    public static IEnumerable<(double LearningRate, double WeightDecay)> Variants(EvaluateSection evaluate) =>
        from rate in evaluate.LearningRates
        from decay in evaluate.WeightDecays
        select (rate, decay);

    private static TaskVariants Plan(EvaluateSection evaluate, string name)
    {
        var task = MadTasks.Get(name);
        evaluate.Task.TryGetValue(name, out var section);
        var mistakes = new List<string>();
        var settings = task.Configure(
            new MadTaskKnobs
            {
                Vocabulary = section?.Vocabulary,
                Length = section?.Length,
                NoiseVocabulary = section?.NoiseVocabulary,
                NoiseFraction = section?.NoiseFraction,
                Copy = section?.Copy,
                Motif = section?.Motif,
                MultiQuery = section?.MultiQuery,
            },
            mistakes);
        if (mistakes.Count > 0)
        {
            throw new InvalidOperationException($"{name}: {string.Join(" ", mistakes)}");
        }

        var common = new EvaluationSettings
        {
            Samples = section?.Samples ?? evaluate.Samples,
            TestSamples = section?.TestSamples ?? evaluate.TestSamples,
            Epochs = section?.Epochs ?? evaluate.Epochs,
            Batch = evaluate.Batch,
            Beta1 = evaluate.Betas[0],
            Beta2 = evaluate.Betas[1],
            Schedule = evaluate.Schedule == "constant" ? RateSchedule.Constant : RateSchedule.Cosine,
            Clip = evaluate.Clip,
            Fresh = evaluate.Fresh,
            StopAccuracy = evaluate.StopAccuracy,

            // A score of the last epoch without an early stop needs the test set once, at the end.
            Evaluations = evaluate.Score == "last" && evaluate.StopAccuracy >= 1 ? 1 : 0,
        };
        return new TaskVariants(
            task,
            settings,
            [.. Variants(evaluate).Select(v => common with { LearningRate = v.LearningRate, WeightDecay = v.WeightDecay })]);
    }
}
