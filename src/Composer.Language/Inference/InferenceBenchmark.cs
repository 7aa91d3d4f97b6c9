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
    /// <param name="settings">Lengths, batches and repetitions.</param>
    /// <param name="seed">Of the prompts.</param>
    /// <param name="clock">What times are taken from.</param>
    /// <param name="cancellation">Stops between runs.</param>
    /// <returns>For each length, each batch.</returns>
    public static IReadOnlyList<InferenceMeasurement> Measure(
        ITrainableModel model,
        InferenceSettings settings,
        Seed seed,
        TimeProvider clock,
        CancellationToken cancellation = default) =>
        [.. Compare([model], settings, seed, clock, cancellation).Select(row => row[0])];

    /// <summary>Measures models in turns, run by run, so that what else the machine does falls on all alike.</summary>
    /// <returns>For each length, each batch: one measurement a model.</returns>
    public static IEnumerable<IReadOnlyList<InferenceMeasurement>> Compare(
        IReadOnlyList<ITrainableModel> models,
        InferenceSettings settings,
        Seed seed,
        TimeProvider clock,
        CancellationToken cancellation = default)
    {
        foreach (var length in settings.Lengths)
        {
            foreach (var batch in settings.Batches)
            {
                yield return CompareAt(models, settings, length, batch, seed, clock, cancellation);
            }
        }
    }

    private static IReadOnlyList<InferenceMeasurement> CompareAt(
        IReadOnlyList<ITrainableModel> models,
        InferenceSettings settings,
        int length,
        int batch,
        Seed seed,
        TimeProvider clock,
        CancellationToken cancellation)
    {
        var promptTokens = Math.Clamp((int)(length * settings.PromptShare), 1, length - 1);
        var runs = new List<InferenceRun>();
        try
        {
            foreach (var model in models)
            {
                runs.Add(new InferenceRun(model, length, batch, promptTokens, settings.MostDecoded, seed));
            }

            for (var run = -settings.WarmUps; run < settings.Repetitions; run++)
            {
                foreach (var model in runs)
                {
                    cancellation.ThrowIfCancellationRequested();
                    model.Run(clock, counts: run >= 0);
                }
            }

            return [.. runs.Select(run => run.Result())];
        }
        finally
        {
            runs.ForEach(run => run.Dispose());
        }
    }
}
