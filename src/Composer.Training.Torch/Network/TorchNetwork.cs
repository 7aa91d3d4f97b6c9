using Composer.Training.Models;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Composer.Training.Torch.Network;

/// <summary>
/// The forward pass in the terms of <see cref="ModelConfiguration"/>; backward is libtorch's autograd. The
/// residual stream, norms and rotations are fp32; products are in the compute type.
/// </summary>
internal sealed class TorchNetwork : IDisposable
{
    private readonly ModelConfiguration configuration;
    private readonly TorchParameters parameters;
    private readonly ScalarType compute;
    private readonly Tensor cosines;
    private readonly Tensor sines;
    private readonly Tensor? codes;

    public TorchNetwork(ModelConfiguration configuration, TorchParameters parameters, ScalarType compute, Device device)
    {
        (this.configuration, this.parameters, this.compute) = (configuration, parameters, compute);
        var half = configuration.Shape.HeadSize / 2;
        var angles = Table(configuration.MaximumLength, half, (t, i) =>
            t * Math.Pow(configuration.RopeTheta, -2.0 * i / configuration.Shape.HeadSize));
        cosines = Upload(angles, Math.Cos, half, device);
        sines = Upload(angles, Math.Sin, half, device);
        if (configuration.Head == ModelHead.Compression)
        {
            codes = Upload(PositionCodes(), value => value, configuration.Shape.Dim, device);
        }
    }

    /// <summary>Logits, fp32.</summary>
    /// <param name="tokens">[sequences, length] int64 on the device.</param>
    /// <param name="cache">Keys and values of what came before, or null.</param>
    /// <returns>[sequences, length, vocabulary]; of a decoder's prompt the last position alone.</returns>
    public Tensor Logits(Tensor tokens, KeyValueCache? cache = null)
    {
        var x = Embed(tokens);
        for (var layer = 0; layer < configuration.Layers.Count; layer++)
        {
            // What backward needs, autograd holds; the handles of everything else end with the layer.
            using var scope = NewDisposeScope();
            var normed = Norm(x, $"layers.{layer}.norm").to_type(compute);
            var output = configuration.Layers[layer] == 'A' ? Attention(normed, layer, cache) : SwiGlu(normed, layer);
            x = (x + output.to_type(float32)).MoveToOuterDisposeScope();
        }

        var final = Norm(x, "final_norm");
        if (cache is not null)
        {
            final = final.narrow(1, final.shape[1] - 1, 1);
        }

        return configuration.Head == ModelHead.Compression
            ? CompressionLogits(final)
            : functional.linear(final.to_type(compute), Weight("embedding")).to_type(float32);
    }

    public void Dispose()
    {
        cosines.Dispose();
        sines.Dispose();
        codes?.Dispose();
    }

    private Tensor Embed(Tensor tokens)
    {
        using var scope = NewDisposeScope();
        return parameters["embedding"].index_select(0, tokens.reshape(-1))
            .reshape(tokens.shape[0], tokens.shape[1], configuration.Shape.Dim)
            .MoveToOuterDisposeScope();
    }

    private Tensor Attention(Tensor normed, int layer, KeyValueCache? cache)
    {
        var shape = configuration.Shape;
        var (sequences, length) = (normed.shape[0], normed.shape[1]);
        var start = cache?.Position ?? 0;
        var prefix = $"layers.{layer}.attention";
        var q = Rotate(Heads(functional.linear(normed, Weight($"{prefix}.q")), shape.Heads), start);
        var k = Rotate(Heads(functional.linear(normed, Weight($"{prefix}.k")), shape.KvHeads), start);
        var v = Heads(functional.linear(normed, Weight($"{prefix}.v")), shape.KvHeads);
        if (cache is not null)
        {
            (k, v) = cache.Append(layer, k, v);
        }

        // By position: the last argument's name is misspelled in TorchSharp and may be mended.
        var mask = start > 0 && length > 1 ? CausalMask(start, length, normed.device) : null;
        var mixed = functional.scaled_dot_product_attention(q, Shared(k), Shared(v), mask, 0.0, start == 0);
        return functional.linear(mixed.transpose(1, 2).reshape(sequences, length, shape.Dim), Weight($"{prefix}.o"));
    }

    private Tensor SwiGlu(Tensor normed, int layer)
    {
        var prefix = $"layers.{layer}.mlp";
        var gate = functional.linear(normed, Weight($"{prefix}.gate"));
        var up = functional.linear(normed, Weight($"{prefix}.up"));
        return functional.linear(functional.silu(gate) * up, Weight($"{prefix}.down"));
    }

    /// <summary>g · x / √(mean(x²) + ε), fp32.</summary>
    private Tensor Norm(Tensor x, string gain)
    {
        using var scope = NewDisposeScope();
        var root = ((x * x).mean([-1L], true) + configuration.NormEpsilon).rsqrt();
        return (x * root * parameters[gain]).MoveToOuterDisposeScope();
    }

    private Tensor CompressionLogits(Tensor final)
    {
        var length = final.shape[1];
        var x = final.narrow(1, length - 1, 1) + codes!.narrow(0, 0, length);
        for (var block = 0; block < 2; block++)
        {
            var normed = Norm(x, $"decoder.{block}.norm").to_type(compute);
            x = functional.gelu(functional.linear(normed, Weight($"decoder.{block}.linear")).to_type(float32));
        }

        return functional.linear(Norm(x, "decoder.norm").to_type(compute), Weight("decoder.output")).to_type(float32);
    }

    private Tensor Weight(string name) => parameters[name].to_type(compute);

    /// <summary>[sequences, length, heads · head size] → [sequences, heads, length, head size].</summary>
    private Tensor Heads(Tensor x, int heads) =>
        x.reshape(x.shape[0], x.shape[1], heads, configuration.Shape.HeadSize).transpose(1, 2);

    /// <summary>Each key or value head once for every query head of its group.</summary>
    private Tensor Shared(Tensor x)
    {
        var (shape, group) = (configuration.Shape, configuration.Shape.Heads / configuration.Shape.KvHeads);
        if (group == 1)
        {
            return x;
        }

        var (sequences, length) = (x.shape[0], x.shape[2]);
        return x.unsqueeze(2)
            .expand(sequences, shape.KvHeads, group, length, shape.HeadSize)
            .reshape(sequences, shape.Heads, length, shape.HeadSize);
    }

    /// <summary>RoPE on [sequences, heads, length, head size], half-split pairs, in fp32.</summary>
    private Tensor Rotate(Tensor x, int start)
    {
        using var scope = NewDisposeScope();
        var (length, half) = (x.shape[2], configuration.Shape.HeadSize / 2);
        var wide = x.to_type(float32);
        var (a, b) = (wide.narrow(3, 0, half), wide.narrow(3, half, half));
        var (cos, sin) = (cosines.narrow(0, start, length), sines.narrow(0, start, length));
        return cat([(a * cos) - (b * sin), (b * cos) + (a * sin)], 3).to_type(compute).MoveToOuterDisposeScope();
    }

    /// <summary>[length, start + length], true where a query may look.</summary>
    private static Tensor CausalMask(int start, long length, Device device) =>
        ones([length, start + length], @bool, device).tril(start);

    private double[] PositionCodes()
    {
        var half = configuration.Shape.Dim / 2;
        return Table(configuration.MaximumLength, 2 * half, (t, feature) =>
        {
            var angle = t * Math.Pow(10_000, half == 1 ? 0 : -(double)(feature % half) / (half - 1));
            return feature < half ? Math.Sin(angle) : Math.Cos(angle);
        });
    }

    private static double[] Table(int rows, int columns, Func<int, int, double> value)
    {
        var table = new double[rows * columns];
        for (var i = 0; i < table.Length; i++)
        {
            table[i] = value(i / columns, i % columns);
        }

        return table;
    }

    private static Tensor Upload(double[] table, Func<double, double> of, int columns, Device device)
    {
        using var scope = NewDisposeScope();
        return tensor(Array.ConvertAll(table, value => (float)of(value)), float32, device)
            .reshape(-1, columns)
            .DetachFromDisposeScope();
    }
}
