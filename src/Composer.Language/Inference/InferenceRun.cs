using Composer.Core;
using Composer.Training.Models;

namespace Composer.Language.Inference;

/// <summary>One model at one length and batch: reads its prompts and decodes, and notes the times.</summary>
internal sealed class InferenceRun : IDisposable
{
    private readonly IBatchDecoder decoder;
    private readonly int vocabulary;
    private readonly int length;
    private readonly int decoded;
    private readonly int[][] prompts;
    private readonly int[] tokens;
    private readonly float[] logits;
    private readonly List<(TimeSpan Reading, TimeSpan Decoding)> runs = [];

    public InferenceRun(ITrainableModel model, int length, int batch, int promptTokens, int? mostDecoded, Seed seed)
    {
        (this.length, vocabulary) = (length, model.Configuration.Vocabulary);
        decoded = Math.Min(length - promptTokens, mostDecoded ?? int.MaxValue);
        var rng = new Rng(seed.Derive("prompt", length));
        prompts = new int[batch][];
        for (var i = 0; i < batch; i++)
        {
            prompts[i] = new int[promptTokens];
            for (var t = 0; t < promptTokens; t++)
            {
                prompts[i][t] = rng.NextInt(vocabulary);
            }
        }

        (tokens, logits) = (new int[batch], new float[batch * vocabulary]);
        decoder = model.CreateBatchDecoder(length, batch);
    }

    public void Run(TimeProvider clock, bool counts)
    {
        decoder.Reset();
        var start = clock.GetTimestamp();
        for (var i = 0; i < prompts.Length; i++)
        {
            decoder.Append(i, prompts[i], logits.AsSpan(i * vocabulary, vocabulary));
        }

        var read = clock.GetTimestamp();
        for (var step = 0; step < decoded; step++)
        {
            for (var i = 0; i < tokens.Length; i++)
            {
                tokens[i] = MostLikely(logits.AsSpan(i * vocabulary, vocabulary));
            }

            decoder.Step(tokens, logits);
        }

        var end = clock.GetTimestamp();
        if (counts)
        {
            runs.Add((clock.GetElapsedTime(start, read), clock.GetElapsedTime(read, end)));
        }
    }

    public InferenceMeasurement Result()
    {
        var (batch, prompt, repetitions) = (prompts.Length, prompts[0].Length, runs.Count);
        var reading = runs.Aggregate(TimeSpan.Zero, (sum, run) => sum + run.Reading);
        var decoding = runs.Aggregate(TimeSpan.Zero, (sum, run) => sum + run.Decoding);
        var (read, steps) = ((double)prompt * batch * repetitions, (double)decoded * repetitions);
        return new InferenceMeasurement(
            length,
            batch,
            prompt,
            decoded,
            decoder.CacheBytesPerToken,
            decoder.CacheBytes,
            read / Math.Max(reading.TotalSeconds, 1e-9),
            steps * batch / Math.Max(decoding.TotalSeconds, 1e-9),
            decoding.TotalMilliseconds / steps,
            repetitions,
            [.. runs.Select(run => new InferenceTimes(run.Reading.TotalSeconds, run.Decoding.TotalSeconds / decoded))]);
    }

    public void Dispose() => decoder.Dispose();

    private static int MostLikely(ReadOnlySpan<float> row)
    {
        var best = 0;
        for (var i = 1; i < row.Length; i++)
        {
            best = row[i] > row[best] ? i : best;
        }

        return best;
    }
}
