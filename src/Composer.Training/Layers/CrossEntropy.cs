using Composer.Training.Kernels;
using Composer.Training.Models;
using Composer.Training.Parameters;

namespace Composer.Training.Layers;

/// <summary>Cross-entropy of a softmax over the vocabulary, in nats; ignored targets count for nothing.</summary>
internal static unsafe class CrossEntropy
{
    private static readonly float Log2E = (float)Math.Log2(Math.E);

    /// <summary>Logits become their gradient, scale · (p − target); ignored and padded rows become zero.</summary>
    /// <returns>The summed loss, not scaled.</returns>
    public static double ForwardBackward(
        TierKernels kernels,
        ReadOnlySpan<int> targets,
        int rows,
        int vocabulary,
        float scale,
        float* logits,
        nint stride)
    {
        var padded = Padding.ToGranule(vocabulary);
        var loss = 0.0;
        for (var t = 0; t < rows; t++, logits += stride)
        {
            if (t >= targets.Length || targets[t] == TokenBatch.Ignored)
            {
                new Span<float>(logits, padded).Clear();
                continue;
            }

            var score = logits[targets[t]];
            var sum = kernels.Exponentials(logits, vocabulary, padded, Log2E, out var maximum);
            loss += Math.Log(sum) + maximum - score;
            kernels.Scale(logits, padded, scale / sum);
            logits[targets[t]] -= scale;
        }

        return loss;
    }

    /// <summary>Logits are used up.</summary>
    public static BatchMetrics Evaluate(
        TierKernels kernels,
        ReadOnlySpan<int> targets,
        int vocabulary,
        float* logits,
        nint stride,
        Span<double> logProbabilities,
        Span<int> predictions)
    {
        var (loss, counted, correct) = (0.0, 0, 0);
        for (var t = 0; t < targets.Length; t++, logits += stride)
        {
            var (logProbability, prediction) = (0.0, TokenBatch.Ignored);
            if (targets[t] != TokenBatch.Ignored)
            {
                prediction = FirstMaximum(new ReadOnlySpan<float>(logits, vocabulary));
                var score = logits[targets[t]];
                var sum = kernels.Exponentials(logits, vocabulary, Padding.ToGranule(vocabulary), Log2E, out var maximum);
                logProbability = (double)score - maximum - Math.Log(sum);
                loss -= logProbability;
                counted++;
                correct += prediction == targets[t] ? 1 : 0;
            }

            if (!logProbabilities.IsEmpty)
            {
                logProbabilities[t] = logProbability;
            }

            if (!predictions.IsEmpty)
            {
                predictions[t] = prediction;
            }
        }

        return new BatchMetrics(loss, counted, correct);
    }

    private static int FirstMaximum(ReadOnlySpan<float> values)
    {
        var best = 0;
        for (var i = 1; i < values.Length; i++)
        {
            if (values[i] > values[best])
            {
                best = i;
            }
        }

        return best;
    }
}
