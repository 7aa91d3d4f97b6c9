using Composer.Core;
using Composer.Training.Models;

namespace Composer.Language.Inference;

/// <summary>
/// Times prompt and decoding (Composer, section 9.4): random inputs, a quarter of each length the prompt,
/// warm-ups, the mean of several runs. Each decoded token is the most likely one.
/// </summary>
public static class InferenceBenchmark
{
    /// <param name="model">A language model; its parameters do not matter.</param>
    /// <param name="settings">Lengths and repetitions.</param>
    /// <param name="seed">Of the prompts.</param>
    /// <param name="clock">What times are taken from.</param>
    /// <param name="cancellation">Stops between runs.</param>
    public static IReadOnlyList<InferenceMeasurement> Measure(
        ITrainableModel model,
        InferenceSettings settings,
        Seed seed,
        TimeProvider clock,
        CancellationToken cancellation = default)
    {
        var measurements = new List<InferenceMeasurement>();
        foreach (var length in settings.Lengths)
        {
            var prompt = new int[Math.Clamp((int)(length * settings.PromptShare), 1, length - 1)];
            var rng = new Rng(seed.Derive("prompt", length));
            for (var i = 0; i < prompt.Length; i++)
            {
                prompt[i] = rng.NextInt(model.Configuration.Vocabulary);
            }

            using var decoder = model.CreateDecoder(length);
            var (reading, decoding) = (TimeSpan.Zero, TimeSpan.Zero);
            for (var run = -settings.WarmUps; run < settings.Repetitions; run++)
            {
                cancellation.ThrowIfCancellationRequested();
                var (prefill, decode) = Run(decoder, model.Configuration.Vocabulary, prompt, length, clock);
                if (run >= 0)
                {
                    (reading, decoding) = (reading + prefill, decoding + decode);
                }
            }

            var (read, decoded) = ((double)prompt.Length * settings.Repetitions, (double)(length - prompt.Length) * settings.Repetitions);
            measurements.Add(new InferenceMeasurement(
                length,
                prompt.Length,
                decoder.CacheBytesPerToken,
                read / Math.Max(reading.TotalSeconds, 1e-9),
                decoded / Math.Max(decoding.TotalSeconds, 1e-9),
                decoding.TotalMilliseconds / decoded,
                settings.Repetitions));
        }

        return measurements;
    }

    private static (TimeSpan Reading, TimeSpan Decoding) Run(
        IDecoder decoder, int vocabulary, int[] prompt, int length, TimeProvider clock)
    {
        decoder.Reset();
        var logits = new float[vocabulary];
        var next = new int[1];
        var start = clock.GetTimestamp();
        decoder.Append(prompt, logits);
        var read = clock.GetTimestamp();
        for (var i = prompt.Length; i < length; i++)
        {
            next[0] = MostLikely(logits);
            decoder.Append(next, logits);
        }

        return (clock.GetElapsedTime(start, read), clock.GetElapsedTime(read));
    }

    private static int MostLikely(float[] logits)
    {
        var best = 0;
        for (var i = 1; i < logits.Length; i++)
        {
            best = logits[i] > logits[best] ? i : best;
        }

        return best;
    }
}
