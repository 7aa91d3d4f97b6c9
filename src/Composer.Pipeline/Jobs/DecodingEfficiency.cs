using Composer.Core;
using Composer.Language.Inference;
using Composer.Pipeline.Stages;
using Composer.Training.Models;

namespace Composer.Pipeline.Jobs;

/// <summary>Times a model's decoding, in the form that the report shows.</summary>
internal static class DecodingEfficiency
{
    public static EfficiencyOutput Measure(
        ITrainableModel model, IReadOnlyList<int> lengths, ulong seed, int threads, CancellationToken cancellation)
    {
        var measured = InferenceBenchmark.Measure(
            model, new InferenceSettings { Lengths = lengths }, new Seed(seed).Derive("inference"), TimeProvider.System, cancellation);
        return new EfficiencyOutput
        {
            Threads = threads,
            Points =
            [
                .. measured.Select(m => new EfficiencyPoint(
                    m.Length, m.CacheBytesPerToken, m.PromptTokensPerSecond, m.DecodeTokensPerSecond, m.MillisecondsPerToken / 1000)),
            ],
        };
    }
}
