using System.Globalization;
using Composer.Core.Code;
using Composer.Language.Evaluation;
using Composer.Language.Tokenizers;
using Composer.Pipeline.Progress;
using Composer.Pipeline.Stages;
using Composer.Training.Checkpoints;
using Composer.Training.Models;

namespace Composer.Pipeline.Jobs;

/// <summary>Scores a checkpoint on every task, then times its decoding.</summary>
internal static class LmEvalExecution
{
    [CodeRoot("lm-eval")]
    public static JobResult Run(LmEvalJob job, Action<JobEvent> tell, CancellationToken cancellation)
    {
        var engine = EngineRegistry.Get(job.Engine);
        using var weights = File.OpenRead(job.Weights);
        var checkpoint = ModelCheckpoint.Open(weights);
        using var model = checkpoint.Load(engine, job.Threads);
        ITokenizer tokenizer = job.Tokenizer is null ? new ByteTokenizer() : TokenizerJson.Load(job.Tokenizer);
        var results = new List<Language.Evaluation.TaskResult>();
        foreach (var name in job.Tasks)
        {
            var task = EvaluationTasks.Load(name, job.Data, job.Shots, job.Limit);
            var done = (double)results.Count / (job.Tasks.Count + 1);
            results.Add(LanguageModelEvaluator.Evaluate(
                model,
                tokenizer,
                task,
                new EvaluationSettings { Shots = job.Shots },
                new QuestionProgressReport(questions => tell(new JobEvent(new StageProgress(
                    done + ((double)questions / task.Questions.Count / (job.Tasks.Count + 1)),
                    string.Create(CultureInfo.InvariantCulture, $"{name}, question {questions} of {task.Questions.Count}"))))),
                cancellation));
        }

        using (var harness = File.Create(Path.Combine(job.Folder, LmEvalOutput.HarnessName)))
        {
            // By its layers, which the weights determine: models of one architecture share this result, whatever
            // experiments call them.
            HarnessReport.Write(results, checkpoint.Configuration.Layers.Notation, harness);
        }

        File.WriteAllBytes(Path.Combine(job.Folder, LmEvalOutput.Name), PipelineJson.Write(Output(job, results)));
        tell(new JobEvent(new StageProgress((double)job.Tasks.Count / (job.Tasks.Count + 1), "times decoding")));
        File.WriteAllBytes(
            Path.Combine(job.Folder, EfficiencyOutput.Name),
            PipelineJson.Write(DecodingEfficiency.Measure(model, job.Lengths, job.Seed, job.Threads, cancellation)));
        return new JobResult
        {
            Outputs = { [LmEvalOutput.Name] = LmEvalOutput.Name, [LmEvalOutput.HarnessName] = LmEvalOutput.HarnessName },
            Beside = { [EfficiencyOutput.Name] = EfficiencyOutput.Name },
        };
    }

    private static LmEvalOutput Output(LmEvalJob job, IReadOnlyList<Language.Evaluation.TaskResult> results) => new()
    {
        Shots = job.Shots,
        Tasks =
        [
            .. results.Select(r => new Stages.TaskResult
            {
                Task = r.Task,
                Questions = r.Questions,
                Accuracy = r.Accuracy.Value,
                AccuracyStandardError = r.Accuracy.StandardError,
                NormalizedAccuracy = r.NormalizedAccuracy?.Value,
                NormalizedAccuracyStandardError = r.NormalizedAccuracy?.StandardError,
                Chance = r.Chance,
            }),
        ],
    };
}
