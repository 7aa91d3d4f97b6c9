using Composer.Training.Models;

namespace Composer.Training.Reference;

/// <summary>One sequence's forward pass, with everything that its backward pass needs.</summary>
internal sealed class Forward
{
    private readonly ModelConfiguration configuration;
    private readonly Parameters parameters;
    private readonly string output;
    private readonly int[] inputs;
    private readonly Matrix[] residuals;
    private readonly Attention?[] attentions;
    private readonly SwiGlu?[] mlps;
    private readonly LayerOracle.Run?[] others;
    private readonly Matrix final;
    private readonly CompressionDecoder? decoder;

    public Forward(ModelConfiguration configuration, Parameters parameters, ReadOnlySpan<int> inputs)
    {
        (this.configuration, this.parameters, this.inputs) = (configuration, parameters, inputs.ToArray());
        output = configuration.TiesEmbedding ? "embedding" : "output";
        var layers = configuration.Layers.Count;
        residuals = new Matrix[layers + 1];
        attentions = new Attention?[layers];
        mlps = new SwiGlu?[layers];
        others = new LayerOracle.Run?[layers];
        residuals[0] = Embed();
        for (var layer = 0; layer < layers; layer++)
        {
            var normed = RmsNorm.Forward(residuals[layer], parameters.Vector($"layers.{layer}.norm"), configuration.NormEpsilon);
            Matrix mixed;
            if (configuration.Layers[layer] == 'A')
            {
                attentions[layer] = new Attention(configuration, normed, Weights(parameters, layer));
                mixed = attentions[layer]!.Output;
            }
            else if (configuration.Layers[layer] == 'M')
            {
                mlps[layer] = new SwiGlu(normed, Weights(parameters, layer));
                mixed = mlps[layer]!.Output;
            }
            else
            {
                others[layer] = LayerOracle.Of(configuration.Layers[layer]).Forward(configuration, normed, Named(parameters, layer));
                mixed = others[layer]!.Output;
            }

            residuals[layer + 1] = new Matrix(mixed.Rows, mixed.Columns, [.. residuals[layer].Values]);
            residuals[layer + 1].Add(mixed);
        }

        final = RmsNorm.Forward(residuals[layers], parameters.Vector("final_norm"), configuration.NormEpsilon);
        if (configuration.Head == ModelHead.Compression)
        {
            decoder = new CompressionDecoder(final, configuration.NormEpsilon, parameters);
            Logits = decoder.Logits;
        }
        else
        {
            Logits = Matrix.Project(final, parameters.Matrix(output));
        }
    }

    /// <summary>[T, vocabulary]</summary>
    public Matrix Logits { get; }

    /// <summary>The natural-log probability of a token at a position.</summary>
    public double LogProbability(int position, int token)
    {
        var row = Logits.Values.AsSpan(position * Logits.Columns, Logits.Columns);
        var greatest = double.NegativeInfinity;
        foreach (var logit in row)
        {
            greatest = Math.Max(greatest, logit);
        }

        var sum = 0.0;
        foreach (var logit in row)
        {
            sum += Math.Exp(logit - greatest);
        }

        return row[token] - greatest - Math.Log(sum);
    }

    /// <summary>The most likely token at a position, the first on ties.</summary>
    public int Prediction(int position)
    {
        var best = 0;
        for (var token = 1; token < Logits.Columns; token++)
        {
            if (Logits[position, token] > Logits[position, best])
            {
                best = token;
            }
        }

        return best;
    }

    /// <summary>What training adds to the loss for this sequence, of all layers.</summary>
    public double Auxiliary => others.Sum(run => run?.Auxiliary ?? 0);

    /// <summary>
    /// Adds the gradients of weight · Σ −log p(target) over the counted targets and of auxiliaryWeight · <see cref="Auxiliary"/>.
    /// </summary>
    public void Backward(ReadOnlySpan<int> targets, double weight, double auxiliaryWeight, Parameters gradients)
    {
        var dLogits = new Matrix(Logits.Rows, Logits.Columns);
        for (var t = 0; t < Logits.Rows; t++)
        {
            if (targets[t] == TokenBatch.Ignored)
            {
                continue;
            }

            for (var token = 0; token < Logits.Columns; token++)
            {
                dLogits[t, token] = weight * (Math.Exp(LogProbability(t, token)) - (token == targets[t] ? 1 : 0));
            }
        }

        var dFinal = decoder is null
            ? Matrix.ProjectBackward(final, parameters.Matrix(output), dLogits, gradients.Matrix(output))
            : decoder.Backward(dLogits, gradients);
        var d = RmsNorm.Backward(
            residuals[^1], parameters.Vector("final_norm"), configuration.NormEpsilon, dFinal, gradients.Vector("final_norm"));
        for (var layer = configuration.Layers.Count - 1; layer >= 0; layer--)
        {
            var dNormed = attentions[layer]?.Backward(d, Weights(gradients, layer))
                ?? mlps[layer]?.Backward(d, Weights(gradients, layer))
                ?? others[layer]!.Backward(d, auxiliaryWeight, Named(gradients, layer));
            var norm = $"layers.{layer}.norm";
            d.Add(RmsNorm.Backward(residuals[layer], parameters.Vector(norm), configuration.NormEpsilon, dNormed, gradients.Vector(norm)));
        }

        var dEmbedding = gradients.Matrix("embedding");
        for (var t = 0; t < inputs.Length; t++)
        {
            for (var i = 0; i < d.Columns; i++)
            {
                dEmbedding[inputs[t], i] += d[t, i];
            }
        }
    }

    private Matrix Embed()
    {
        var embedding = parameters.Matrix("embedding");
        var x = new Matrix(inputs.Length, embedding.Columns);
        for (var t = 0; t < inputs.Length; t++)
        {
            for (var i = 0; i < x.Columns; i++)
            {
                x[t, i] = embedding[inputs[t], i];
            }
        }

        return x;
    }

    private Matrix[] Weights(Parameters of, int layer) => configuration.Layers[layer] == 'A'
        ? [.. new[] { "q", "k", "v", "o" }.Select(name => of.Matrix($"layers.{layer}.attention.{name}"))]
        : [.. new[] { "gate", "up", "down" }.Select(name => of.Matrix($"layers.{layer}.mlp.{name}"))];

    private static Func<string, Matrix> Named(Parameters of, int layer) => name => of.Matrix($"layers.{layer}.{name}");
}
