using System.Diagnostics;
using Composer.Architecture;
using Composer.Core;
using Composer.Core.Code;
using Composer.Mad.Evaluation;
using Composer.Mad.Tasks;
using Composer.Training.Models;

namespace Composer.Pipeline.Jobs;

/// <summary>Trains one candidate once for each unit.</summary>
internal static class EvaluateExecution
{
    [CodeRoot("evaluate")]
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
                ? Mad(layers, job, unit, mad, engine, cancellation)
                : TextExecution.Run(unit.Text!, layers, job.Shape, new Seed(unit.Seed), engine, job.Threads, cancellation);
            File.WriteAllBytes(Path.Combine(job.Folder, file), result.ToJson());
            tell(new JobEvent(Unit: unit.Key, File: file, Seconds: Stopwatch.GetElapsedTime(began).TotalSeconds));
        }

        return new JobResult();
    }

    [CodePart("evaluation", "mad")]
    private static EvaluationResult Mad(
        LayerSequence layers, EvaluateJob job, EvaluationUnitJob unit, MadUnit mad, ITrainingEngine engine, CancellationToken cancellation) =>
        new CandidateEvaluation(layers, job.Shape, MadTasks.Get(mad.Task), mad.Difficulty, mad.Settings, new Seed(unit.Seed))
            .Run(engine, job.Threads, null, cancellation);
}
