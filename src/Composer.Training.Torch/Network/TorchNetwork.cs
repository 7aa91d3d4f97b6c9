using Composer.Core;
using Composer.Training.Models;
using Composer.Training.Torch.Heads;
using Composer.Training.Torch.Native;
using Composer.Training.Torch.Parameters;
using Composer.Training.Torch.Primitives;
using static TorchSharp.torch;

namespace Composer.Training.Torch.Network;

/// <summary>
/// The forward pass in the terms of <see cref="ModelConfiguration"/> and its backward by libtorch's autograd. The
/// residual stream, norms, rotations, logits and the loss are fp32; products and attention are in the compute type.
/// </summary>
internal sealed class TorchNetwork : IDisposable
{
    private const string Source = """
        def embed(tokens: Tensor, embedding: Tensor) -> Tensor:
            return torch.embedding(embedding, tokens)
        """;

    private readonly ModelConfiguration configuration;
    private readonly TorchLayerContext context;
    private readonly TorchLayer[] layers;
    private readonly TorchHead head;
    private readonly int embedding;

    public TorchNetwork(ModelConfiguration configuration, Seed initialization, ScalarType compute, Device device)
    {
        this.configuration = configuration;
        var groups = new List<ParameterGroup> { Alone("embedding") };
        var own = new List<IReadOnlyList<int>>();
        for (var i = 0; i < configuration.Layers.Count; i++)
        {
            var added = PrimitiveForm.Of(configuration.Layers[i]).Groups($"layers.{i}.", configuration.Shape);
            own.Add([.. Enumerable.Range(groups.Count, added.Count)]);
            groups.AddRange(added);
        }

        groups.Add(Alone("final_norm"));
        groups.AddRange(ParameterLayout.HasOutput(configuration) ? [Alone(ParameterLayout.Output)] : []);
        groups.AddRange(configuration.Head == ModelHead.Compression ? CompressionHead.Names.Select(Alone) : []);
        Parameters = new TorchParameters(configuration, groups, initialization, compute, device);
        context = new TorchLayerContext(
            configuration, Parameters, compute, Turns(configuration, configuration.MaximumLength, device), configuration.NormEpsilon);
        layers = [.. own.Select((indices, i) => PrimitiveForm.Of(configuration.Layers[i]).Build(context, indices))];
        head = TorchHead.Create(context);
        embedding = Parameters.GroupOf("embedding");
        GroupCount = groups.Count;

        static ParameterGroup Alone(string name) => new(new ParameterPart(name));
    }

    /// <summary>TorchScript: what forward and backward call.</summary>
    public static IEnumerable<string> Sources =>
    [
        Source,
        ShortConvolution.Source,
        .. PrimitiveForm.All.Select(form => form.Source),
        LanguageHead.Source,
        CompressionHead.Source,
        Loss.Source,
    ];

    public TorchParameters Parameters { get; }

    public int GroupCount { get; }

    /// <summary>Forward and backward of a micro-batch.</summary>
    /// <param name="tokens">[sequences, length] on the device.</param>
    /// <param name="targets">[sequences, length] int64 on the device.</param>
    /// <param name="shares">[sequences] fp32 on the device: as in <see cref="TorchLayer.Train"/>.</param>
    /// <param name="recomputed">As in <see cref="ActivationPlan"/>.</param>
    /// <param name="scale">Of the summed loss, before its gradient is taken.</param>
    /// <param name="gradients">Added to.</param>
    /// <param name="summedLoss">One fp64 on the device, added to; unscaled.</param>
    public void Accumulate(
        Tensor tokens, Tensor targets, Tensor shares, int recomputed, double scale, Gradients gradients, Tensor summedLoss)
    {
        using var scope = NewDisposeScope();
        var embedded = Embed(tokens);
        var x = embedded.detach();
        var inputs = new Tensor[recomputed];
        for (var i = 0; i < recomputed; i++)
        {
            inputs[i] = x;
            using var gradientFree = no_grad();
            x = layers[i].Forward(x);
        }

        var dx = Through(x, shares, recomputed, layers.Length, gradients, y => head.Backward(y, targets, scale, gradients, summedLoss));
        for (var i = recomputed - 1; i >= 0; i--)
        {
            using var dy = dx;
            dx = Through(inputs[i], shares, i, i + 1, gradients, _ => dy);
            inputs[i].Dispose();
        }

        gradients.Add(embedding, autograd.grad([embedded], [Parameters.Values[embedding]], [dx])[0]);
    }

    /// <summary>Forward only.</summary>
    /// <returns>Losses [positions] fp32 and the most likely tokens [positions] int64.</returns>
    public (Tensor Losses, Tensor Predictions) Evaluate(Tensor tokens, Tensor targets)
    {
        using var scope = NewDisposeScope();
        var x = Embed(tokens);
        foreach (var layer in layers)
        {
            using var before = x;
            x = layer.Forward(before);
        }

        var (losses, predictions) = head.Evaluate(x, targets);
        return (losses.MoveToOuterDisposeScope(), predictions.MoveToOuterDisposeScope());
    }

    /// <summary>Logits [1, vocabulary] after the last of the tokens.</summary>
    /// <param name="tokens">[1, n].</param>
    /// <param name="caches">One a layer.</param>
    /// <param name="start">Tokens in the caches.</param>
    public Tensor Decode(Tensor tokens, IReadOnlyList<TorchLayerCache?> caches, int start)
    {
        using var scope = NewDisposeScope();
        var x = Embed(tokens);
        for (var i = 0; i < layers.Length; i++)
        {
            using var before = x;
            x = layers[i].Decode(before, caches[i], start);
        }

        return head.Logits(x.select(1, x.shape[1] - 1)).MoveToOuterDisposeScope();
    }

    /// <summary>One a layer, for so many positions, of which there may be more than the model was built for.</summary>
    public IReadOnlyList<TorchLayerCache?> CreateCaches(int maximumLength)
    {
        if (maximumLength > context.Turns.shape[0])
        {
            using var shorter = context.Turns;
            context.Turns = Turns(configuration, maximumLength, shorter.device);
        }

        return [.. layers.Select(layer => layer.CreateCache(maximumLength))];
    }

    public void Dispose()
    {
        (head as IDisposable)?.Dispose();
        context.Turns.Dispose();
        context.Epsilon.Dispose();
        Parameters.Dispose();
    }

    /// <summary>[sequences, length, dim] fp32.</summary>
    private Tensor Embed(Tensor tokens) => Scripts.Call("embed", tokens, Parameters.Values[embedding]);

    /// <summary>Layers forward with a graph, what follows them, and their backward.</summary>
    /// <param name="input">Without a graph.</param>
    /// <param name="shares">[sequences]: as in <see cref="TorchLayer.Train"/>.</param>
    /// <param name="from">First layer.</param>
    /// <param name="to">The one after the last.</param>
    /// <param name="gradients">Added to.</param>
    /// <param name="follow">The gradient by the layers' output.</param>
    /// <returns>The gradient by the input.</returns>
    private Tensor Through(Tensor input, Tensor shares, int from, int to, Gradients gradients, Func<Tensor, Tensor> follow)
    {
        using var scope = NewDisposeScope();
        var leaf = input.detach().requires_grad_(true);
        var y = leaf;
        var added = new List<Tensor>();
        for (var i = from; i < to; i++)
        {
            (y, var auxiliary) = layers[i].Train(y, shares);
            added.AddRange(auxiliary is null ? [] : [auxiliary]);
        }

        var dy = follow(y.detach());
        if (from == to)
        {
            return dy.MoveToOuterDisposeScope();
        }

        var owned = layers[from..to].SelectMany(layer => layer.Groups).ToArray();
        var found = autograd.grad(
            [y, .. added], [leaf, .. owned.Select(Parameters.Weight)], [dy, .. added.Select(auxiliary => ones_like(auxiliary))]);
        for (var i = 0; i < owned.Length; i++)
        {
            gradients.Add(owned[i], found[i + 1]);
        }

        return found[0].MoveToOuterDisposeScope();
    }

    private static Tensor Turns(ModelConfiguration configuration, int length, Device device)
    {
        using var scope = NewDisposeScope();
        var half = configuration.Shape.HeadSize / 2;
        var (cosines, sines) = (new float[length * half], new float[length * half]);
        double[] frequencies = [.. Enumerable.Range(0, half).Select(configuration.RotaryFrequency)];
        for (var i = 0; i < cosines.Length; i++)
        {
            var angle = i / half * frequencies[i % half];
            (cosines[i], sines[i]) = ((float)Math.Cos(angle), (float)Math.Sin(angle));
        }

        long[] size = [length, 1, half];
        return complex(tensor(cosines, size, float32), tensor(sines, size, float32)).to(device).DetachFromDisposeScope();
    }
}
