using System.Globalization;
using Composer.Core;
using Composer.Core.Code;
using Composer.Language.Inference;
using Composer.Language.Pretraining;
using Composer.Pipeline.Jobs;
using Composer.Pipeline.Progress;
using Composer.Training.Engines;
using Composer.Training.Models;

namespace Composer.Stages.Efficiency;

/// <summary>
/// Times decoding with models of some orders (Composer, section 9.4: random parameters and inputs), length by length; at each,
/// every round decodes with each model once. Then, one model in memory at a time, steps of training, in rounds too.
/// </summary>
internal static class EfficiencyComputation
{
    [CodeRoot("efficiency")]
    public static Task<JobOutcome> ComputeAsync(EfficiencyInputs inputs, JobTools tools, CancellationToken cancellation)
    {
        var timed = inputs.Input.Models;
        var measured = Decode(inputs, tools, cancellation);
        var trained = Train(inputs, tools, cancellation);
        return Task.FromResult(JobOutcome.Done()
            .With(EfficiencyOutput.Name, new EfficiencyOutput
            {
                Models = [.. timed.Select((m, i) => new ModelCaches(m, [.. measured.Select(row => CacheOf(row[i]))]))],
            })
            .WithBeside(EfficiencyTimings.Name, new EfficiencyTimings
            {
                Threads = tools.Threads,
                Models =
                [
                    .. timed.Select((m, i) => new ModelTimings(m, [.. measured.Select(row => PointOf(row[i]))])
                    {
                        Training = trained.GetValueOrDefault(i),
                    }),
                ],
            }));
    }

    /// <summary>By length, then by model.</summary>
    private static List<IReadOnlyList<InferenceMeasurement>> Decode(EfficiencyInputs inputs, JobTools tools, CancellationToken cancellation)
    {
        var (lengths, timed) = (inputs.LmEval.Lengths, inputs.Input.Models);
        var seed = new Seed(0).Derive("inference");
        var models = new List<ITrainableModel>();
        try
        {
            foreach (var model in timed)
            {
                cancellation.ThrowIfCancellationRequested();
                var configuration = new ModelConfiguration(model.Architecture, model.Shape, model.Vocabulary, lengths.Max());
                models.Add(EngineRegistry.Get(inputs.Engine).Create(configuration, seed, tools.Threads));
            }

            var measured = new List<IReadOnlyList<InferenceMeasurement>>();
            foreach (var length in lengths)
            {
                tools.Report(new StageProgress(
                    (double)measured.Count / lengths.Count,
                    string.Create(CultureInfo.InvariantCulture, $"times decoding of {length:N0} tokens")));
                measured.AddRange(InferenceBenchmark.Compare(
                    models, new InferenceSettings { Lengths = [length] }, seed, TimeProvider.System, cancellation));
            }

            return measured;
        }
        finally
        {
            models.ForEach(model => model.Dispose());
        }
    }

    /// <summary>By the place of the model; nothing of those that came trained.</summary>
    private static Dictionary<int, TrainingTimings> Train(EfficiencyInputs inputs, JobTools tools, CancellationToken cancellation)
    {
        if (inputs.Pretrain is not { } step)
        {
            return [];
        }

        tools.Report(new StageProgress(
            null, string.Create(CultureInfo.InvariantCulture, $"times training of {step.Tokens:N0} tokens a step")));
        var (engine, seed, places) = (EngineRegistry.Get(inputs.Engine), new Seed(0).Derive("training"), inputs.Input.Trained);
        var rounds = TrainingStepBenchmark.Compare(
            [
                .. places.Select(place => inputs.Input.Models[place]).Select(model => (Func<ITrainableModel>)(() => engine.Create(
                    new ModelConfiguration(model.Architecture, model.Shape, model.Vocabulary, step.Length), seed, tools.Threads))),
            ],
            step.Sequences,
            step.Length,
            seed,
            TimeProvider.System,
            cancellation);
        return places.Select((place, i) => (place, Seconds: rounds[i].Select(r => r.TotalSeconds).ToArray())).ToDictionary(
            t => t.place,
            t => new TrainingTimings(
                step.Tokens, step.Length, step.Tokens / Math.Max(Median(t.Seconds), 1e-9), Median(t.Seconds), t.Seconds));
    }

    private static CacheAtLength CacheOf(InferenceMeasurement at) => new(at.Length, at.CacheBytes, at.CacheBytesPerToken);

    private static EfficiencyPoint PointOf(InferenceMeasurement at)
    {
        var latency = Median(at.Runs.Select(r => r.SecondsPerToken));
        return new EfficiencyPoint(
            at.Length,
            at.CacheBytesPerToken,
            at.PromptTokens / Math.Max(Median(at.Runs.Select(r => r.PromptSeconds)), 1e-9),
            1 / Math.Max(latency, 1e-12),
            latency,
            [.. at.Runs.Select(r => r.SecondsPerToken)]);
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
