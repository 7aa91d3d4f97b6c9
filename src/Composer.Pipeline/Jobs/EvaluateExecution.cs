using System.Diagnostics;
using Composer.Architecture;
using Composer.Core;
using Composer.Mad.Evaluation;
using Composer.Mad.Tasks;
using Composer.Training.Models;

namespace Composer.Pipeline.Jobs;

/// <summary>Trains one candidate once for each unit.</summary>
internal static class EvaluateExecution
{
    public static JobResult Run(EvaluateJob job, Action<JobEvent> tell, CancellationToken cancellation)
    {
        var engine = EngineRegistry.Get(job.Engine);
        var layers = LayerSequence.FromSymbols(job.Layers);
        foreach (var unit in job.Units)
        {
            cancellation.ThrowIfCancellationRequested();
            var file = $"{unit.Key}.json";
            var began = Stopwatch.GetTimestamp();
            var result = unit.Mad is { } mad
                ? Evaluate(mad)
                : TextExecution.Run(unit.Text!, layers, job.Shape, new Seed(unit.Seed), engine, job.Threads, cancellation);
            File.WriteAllBytes(Path.Combine(job.Folder, file), result.ToJson());
            tell(new JobEvent(Unit: unit.Key, File: file, Seconds: Stopwatch.GetElapsedTime(began).TotalSeconds));

            EvaluationResult Evaluate(MadUnit mad) =>
                new CandidateEvaluation(layers, job.Shape, MadTasks.Get(mad.Task), mad.Difficulty, mad.Settings, new Seed(unit.Seed))
                    .Run(engine, job.Threads, null, cancellation);
        }

        return new JobResult();
    }
}
