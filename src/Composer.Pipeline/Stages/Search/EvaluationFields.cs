using Composer.Manifests.Model;
using Composer.Pipeline.Keys;

namespace Composer.Pipeline.Stages.Search;

/// <summary>What a stage that has candidates scored covers of the manifest and the code.</summary>
internal static class EvaluationFields
{
    /// <summary>All of <c>[evaluate]</c> that a score depends on, but for what may be left out.</summary>
    public static Preimage.Builder AddEvaluation(this Preimage.Builder key, ExperimentManifest manifest, TextTask? text)
    {
        var evaluate = manifest.Evaluate;
        key.Add("evaluate.tasks", evaluate.Tasks)
            .Add("evaluate.samples", evaluate.Samples)
            .Add("evaluate.test_samples", evaluate.TestSamples)
            .Add("evaluate.epochs", evaluate.Epochs)
            .Add("evaluate.batch", evaluate.Batch)
            .Add("evaluate.learning_rates", evaluate.LearningRates)
            .Add("evaluate.weight_decays", evaluate.WeightDecays)
            .Add("evaluate.betas", evaluate.Betas)
            .Add("evaluate.schedule", evaluate.Schedule)
            .Add("evaluate.clip", evaluate.Clip)
            .Add("evaluate.fresh", evaluate.Fresh)
            .Add("evaluate.objective", evaluate.Objective)
            .Add("evaluate.score", evaluate.Score)
            .Add("evaluate.stop_accuracy", evaluate.StopAccuracy)
            .Add("evaluate.repetitions", evaluate.Repetitions);
        foreach (var (name, task) in evaluate.Task.Where(t => evaluate.Tasks.Contains(t.Key)))
        {
            key.AddSection($"evaluate.task.{name}", task);
        }

        string[] tasks = [.. evaluate.Tasks.Where(t => t != EvaluationPlan.Text)];
        var primitives = manifest.Search.Primitives.Select(p => p[0]);
        if (tasks.Length > 0)
        {
            key.Add("code.evaluate", StageCode.Evaluate(tasks, primitives));
        }

        if (text is not null)
        {
            key.Add("code.evaluate_text", StageCode.EvaluateText(primitives));
            text.AddFields(key);
        }

        return key;
    }
}
