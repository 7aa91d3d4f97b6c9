using Composer.Mad.Samples;
using Composer.Training.Models;

namespace Composer.Mad.Evaluation;

/// <summary>Test samples cut into batches, and what a model does on them.</summary>
internal sealed class TestSet
{
    private readonly TokenBatch[] batches;
    private readonly int vocabulary;
    private readonly int[] predictions;

    public TestSet(SampleSet samples, int batch, int vocabulary)
    {
        this.vocabulary = vocabulary;
        batches = new TokenBatch[(samples.Count + batch - 1) / batch];
        for (var i = 0; i < batches.Length; i++)
        {
            var count = Math.Min(batch, samples.Count - (i * batch));
            var (start, length) = (i * batch * samples.Length, count * samples.Length);
            batches[i] = new TokenBatch(
                count,
                samples.Length,
                samples.Inputs.AsSpan(start, length).ToArray(),
                samples.Targets.AsSpan(start, length).ToArray());
        }

        predictions = new int[batches[0].Inputs.Length];
    }

    /// <exception cref="OperationCanceledException">Cancelled between two batches.</exception>
    public TestMetrics Score(ITrainableModel model, CancellationToken cancellation)
    {
        var (asked, right) = (new long[vocabulary], new long[vocabulary]);
        var (loss, counted, correct) = (0.0, 0L, 0L);
        foreach (var batch in batches)
        {
            cancellation.ThrowIfCancellationRequested();
            var predicted = predictions.AsSpan(0, batch.Targets.Length);
            var metrics = model.Evaluate(batch, predicted);
            loss += metrics.SummedLoss;
            counted += metrics.CountedTargets;
            correct += metrics.Correct;
            for (var i = 0; i < predicted.Length; i++)
            {
                if (batch.Targets[i] is var target && target != TokenBatch.Ignored)
                {
                    asked[target]++;
                    right[target] += predicted[i] == target ? 1 : 0;
                }
            }
        }

        var (recall, classes) = (0.0, 0);
        for (var token = 0; token < vocabulary; token++)
        {
            if (asked[token] > 0)
            {
                recall += (double)right[token] / asked[token];
                classes++;
            }
        }

        return new TestMetrics(loss / counted, (double)correct / counted, recall / classes);
    }
}
