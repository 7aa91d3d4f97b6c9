using System.Text.Json;
using Composer.Core.Json;
using Composer.Mad.Evaluation;
using Composer.Pipeline.Jobs;
using Composer.Stages.Evaluate;

namespace Composer.Stages.Tests;

/// <summary>Agents whose trainings a test makes up.</summary>
internal abstract class MadeUpAgents : IAgentPool
{
    public int Cores => 2;

    public int Gpus => 0;

    public async Task<JobResult> RunAsync(Job job, int priority, StageNeeds needs, Action<JobEvent> events, CancellationToken cancellation)
    {
        EvaluateInputs[] inputs = [.. job.Units.Select(u => u.Inputs.Deserialize<EvaluateInputs>(ComposerJson.Inputs)!)];
        if (await BeginAsync(inputs[0].Candidate.ToString()) is not { } evaluate)
        {
            return new JobResult { Failure = "as told" };
        }

        Directory.CreateDirectory(job.Folder);
        foreach (var (unit, wanted) in job.Units.Zip(inputs))
        {
            cancellation.ThrowIfCancellationRequested();
            var file = $"{unit.Key}.json";
            await File.WriteAllBytesAsync(Path.Combine(job.Folder, file), evaluate(wanted).ToJson(), CancellationToken.None);
            events(new JobEvent(Finished: new UnitResult(
                unit.Key, new Dictionary<string, string> { [EvaluateStage.OutputName] = file }, new Dictionary<string, string>(), 1)));
            await Task.Yield();
        }

        return new JobResult();
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Gives what makes up the results of a job on one candidate; null for a job that fails.</summary>
    protected abstract Task<Func<EvaluateInputs, EvaluationResult>?> BeginAsync(string layers);

    /// <summary>A training that came to its end.</summary>
    protected static EvaluationResult Finished(EvaluateInputs inputs, int epoch, double loss, double accuracy) => new()
    {
        Layers = inputs.Candidate.ToString(),
        Task = inputs.Mad!.Task,
        Status = EvaluationStatus.Finished,
        Curve = [new EpochRecord(epoch, 1, new TestMetrics(loss, accuracy, accuracy))],
        Updates = 1,
        TrainedTokens = 1,
    };
}
