using System.Globalization;
using Composer.Core;
using Composer.Core.Code;
using Composer.Language.Inference;
using Composer.Pipeline.Jobs;
using Composer.Pipeline.Progress;
using Composer.Training.Engines;
using Composer.Training.Models;

namespace Composer.Stages.Efficiency;

/// <summary>Times decoding with a model of an order (Composer, section 9.4: random parameters and inputs), length by length.</summary>
internal static class EfficiencyComputation
{
    [CodeRoot("efficiency")]
    public static Task<JobOutcome> ComputeAsync(EfficiencyInputs inputs, JobTools tools, CancellationToken cancellation)
    {
        var (lengths, content) = (inputs.LmEval.Lengths, inputs.Input);
        var configuration = new ModelConfiguration(content.Architecture, inputs.Model, content.Vocabulary, lengths.Max());
        var seed = new Seed(0).Derive("inference");
        using var model = EngineRegistry.Get(inputs.Engine).Create(configuration, seed, tools.Threads);
        var (caches, points) = (new List<CacheAtLength>(), new List<EfficiencyPoint>());
        foreach (var length in lengths)
        {
            tools.Report(new StageProgress(
                (double)points.Count / lengths.Count,
                string.Create(CultureInfo.InvariantCulture, $"times decoding of {length:N0} tokens")));
            var measured = InferenceBenchmark.Measure(
                model, new InferenceSettings { Lengths = [length] }, seed, TimeProvider.System, cancellation)[0];
            caches.Add(new CacheAtLength(length, measured.CacheBytes, measured.CacheBytesPerToken));
            points.Add(new EfficiencyPoint(
                length,
                measured.CacheBytesPerToken,
                measured.PromptTokensPerSecond,
                measured.DecodeTokensPerSecond,
                measured.MillisecondsPerToken / 1000));
        }

        return Task.FromResult(JobOutcome.Done()
            .With(EfficiencyOutput.Name, new EfficiencyOutput { Caches = caches })
            .WithBeside(EfficiencyTimings.Name, new EfficiencyTimings { Threads = tools.Threads, Points = points }));
    }
}
