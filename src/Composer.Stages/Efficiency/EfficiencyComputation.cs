using System.Globalization;
using Composer.Core;
using Composer.Core.Code;
using Composer.Language.Inference;
using Composer.Pipeline.Jobs;
using Composer.Pipeline.Progress;
using Composer.Training.Engines;
using Composer.Training.Models;

namespace Composer.Stages.Efficiency;

/// <summary>
/// Times decoding with models of some orders (Composer, section 9.4: random parameters and inputs), length by length; at each,
/// every round decodes with each model once.
/// </summary>
internal static class EfficiencyComputation
{
    [CodeRoot("efficiency")]
    public static Task<JobOutcome> ComputeAsync(EfficiencyInputs inputs, JobTools tools, CancellationToken cancellation)
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

            return Task.FromResult(JobOutcome.Done()
                .With(EfficiencyOutput.Name, new EfficiencyOutput
                {
                    Models = [.. timed.Select((m, i) => new ModelCaches(m, [.. measured.Select(row => CacheOf(row[i]))]))],
                })
                .WithBeside(EfficiencyTimings.Name, new EfficiencyTimings
                {
                    Threads = tools.Threads,
                    Models = [.. timed.Select((m, i) => new ModelTimings(m, [.. measured.Select(row => PointOf(row[i]))]))],
                }));
        }
        finally
        {
            models.ForEach(model => model.Dispose());
        }
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
