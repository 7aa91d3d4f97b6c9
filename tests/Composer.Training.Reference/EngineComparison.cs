using Composer.Core;
using Composer.Training.Models;
using Composer.Training.Optimization;

namespace Composer.Training.Reference;

/// <summary>How far an engine's model is from the oracle's, started from the same state.</summary>
/// <param name="model">The engine's; its state is copied into the oracle.</param>
public sealed class EngineComparison(ITrainableModel model) : IDisposable
{
    private readonly ReferenceModel oracle = Oracle(model);

    /// <summary>The worst tensor's gradient error and its name.</summary>
    /// <remarks>
    /// Per tensor max |g − r| / (max |r| + 10⁻² · the greatest max |r| of all tensors); the loss |l − r| / |r|.
    /// The floor is for gradients that vanish by cancellation: those of q and k at length 1, or where attention
    /// is saturated, are differences of single-precision numbers the size of the other gradients.
    /// </remarks>
    public (double Error, string Where) Gradients(TokenBatch batch)
    {
        var computed = model.Parameters.Select(parameter => new float[parameter.Count]).ToList();
        var loss = model.ComputeGradients(batch, computed);
        var (expectedLoss, expected) = oracle.ExactGradients(batch);
        var sizes = expected.Tensors.Select(tensor => tensor.Values.Max(Math.Abs)).ToList();
        var floor = 1e-2 * sizes.Max();
        var worst = (Error: Math.Abs(loss - expectedLoss) / expectedLoss, Where: "loss");
        for (var i = 0; i < computed.Count; i++)
        {
            var difference = 0.0;
            for (var j = 0; j < computed[i].Length; j++)
            {
                var d = Math.Abs(computed[i][j] - expected.Tensors[i].Values[j]);
                difference = double.IsNaN(d) ? double.PositiveInfinity : Math.Max(difference, d);
            }

            var error = difference / (sizes[i] + floor);
            worst = error > worst.Error ? (error, model.Parameters[i].Name) : worst;
        }

        return worst;
    }

    /// <summary>Trains both on the same batches; the worst |loss − oracle's loss| of all steps.</summary>
    public double Training(IEnumerable<TokenBatch> batches, AdamWSettings settings)
    {
        var worst = 0.0;
        foreach (var batch in batches)
        {
            var (own, expected) = (model.TrainStep(batch, settings), oracle.TrainStep(batch, settings));
            worst = Math.Max(worst, Math.Abs(own.Loss - expected.Loss));
            worst = own.IsFinite && own.CountedTargets == expected.CountedTargets ? worst : double.PositiveInfinity;
        }

        return worst;
    }

    /// <summary>
    /// The worst error of a log-probability: Evaluate's mean, Score's, and, for a language model, the decoder's
    /// logits, fed a prompt, one token at a time, then a chunk.
    /// </summary>
    /// <remarks>|x − r| / max(1, |r|) with the oracle's r; of logits, the greatest |r| of the position.</remarks>
    public double Inference(TokenBatch batch)
    {
        var (own, expected) = (model.Evaluate(batch), oracle.Evaluate(batch));
        var worst = Math.Abs(own.MeanLoss - expected.MeanLoss) / Math.Max(1, expected.MeanLoss);
        worst = own.CountedTargets == expected.CountedTargets ? worst : double.PositiveInfinity;
        var inputs = batch.Inputs.AsSpan(0, batch.Length);
        var targets = batch.Targets.AsSpan(0, batch.Length);
        var (scores, oracleScores) = (new double[batch.Length], new double[batch.Length]);
        var predictions = new int[batch.Length];
        model.Score(inputs, targets, scores, predictions);
        oracle.Score(inputs, targets, oracleScores, predictions);
        for (var t = 0; t < batch.Length; t++)
        {
            worst = Math.Max(worst, Math.Abs(scores[t] - oracleScores[t]) / Math.Max(1, -oracleScores[t]));
        }

        return model.Configuration.Head == ModelHead.Language ? Math.Max(worst, Decoding(inputs)) : worst;
    }

    public void Dispose() => oracle.Dispose();

    private static ReferenceModel Oracle(ITrainableModel model)
    {
        var oracle = new ReferenceModel(model.Configuration, new Seed(0));
        TinyModels.CopyState(model, oracle);
        return oracle;
    }

    private double Decoding(ReadOnlySpan<int> tokens)
    {
        var worst = 0.0;
        using var decoder = model.CreateDecoder(tokens.Length);
        var logits = new float[model.Configuration.Vocabulary];
        var expected = oracle.Logits(tokens);
        for (var round = 0; round < 2; round++)
        {
            decoder.Reset();
            var chunk = Math.Max(1, tokens.Length / 3);
            for (var end = 0; end < tokens.Length;)
            {
                // Prompt, then single tokens, then the rest at once.
                var count = end == 0 || end >= 2 * chunk ? Math.Min(end == 0 ? chunk : tokens.Length, tokens.Length - end) : 1;
                decoder.Append(tokens.Slice(end, count), logits);
                end += count;
                var row = expected.Values.AsSpan((end - 1) * logits.Length, logits.Length);
                var size = 1.0;
                foreach (var logit in row)
                {
                    size = Math.Max(size, Math.Abs(logit));
                }

                for (var token = 0; token < logits.Length; token++)
                {
                    worst = Math.Max(worst, Math.Abs(logits[token] - row[token]) / size);
                }
            }
        }

        return worst;
    }
}
