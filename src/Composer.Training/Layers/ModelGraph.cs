using Composer.Training.Layers.Heads;
using Composer.Training.Models;
using Composer.Training.Parameters;

namespace Composer.Training.Layers;

/// <summary>A model's layers and where their parameters lie; without numbers, shared by threads.</summary>
internal sealed class ModelGraph : IDisposable
{
    public ModelGraph(ModelConfiguration configuration)
    {
        Validate(configuration);
        Configuration = configuration;
        Rotary = new RotaryTable(configuration);
        var dim = configuration.Shape.Dim;
        Stride = Padding.ToStride(dim);
        Embedding = Plan.AddMatrix(configuration.Vocabulary, dim);
        Plan.Bind("embedding", new ParameterBinding.Table(Embedding));
        var layers = new Layer[configuration.Layers.Count];
        var norms = new RmsNorm[layers.Length];
        for (var i = 0; i < layers.Length; i++)
        {
            var prefix = ParameterLayout.PrefixOf(i);
            norms[i] = NormNamed($"{prefix}norm");
            layers[i] = LayerRegistry.For(configuration.Layers[i])
                .Build(new LayerContext(prefix, configuration, Plan, Rotary));
        }

        (Layers, Norms) = (layers, norms);
        FinalNorm = NormNamed("final_norm");
        Output = Embedding;
        if (ParameterLayout.HasOutput(configuration))
        {
            Output = Plan.AddMatrix(configuration.Vocabulary, dim);
            Plan.Bind(ParameterLayout.Output, new ParameterBinding.Table(Output));
        }

        Head = configuration.Head == ModelHead.Compression
            ? new CompressionHead(configuration, Plan)
            : new LanguageHead(Output);

        RmsNorm NormNamed(string name) => new(Plan.AddVector(name, dim), dim, configuration.NormEpsilon);
    }

    public ModelConfiguration Configuration { get; }

    public ParameterPlan Plan { get; } = new();

    public RotaryTable Rotary { get; }

    /// <summary>Stride of the residual stream.</summary>
    public int Stride { get; }

    /// <summary>[vocabulary, dim].</summary>
    public PackedMatrix Embedding { get; }

    /// <summary>[vocabulary, dim]: the embedding itself where it is tied.</summary>
    public PackedMatrix Output { get; }

    public IReadOnlyList<Layer> Layers { get; }

    /// <summary>The norm before each layer.</summary>
    public IReadOnlyList<RmsNorm> Norms { get; }

    public RmsNorm FinalNorm { get; }

    public OutputHead Head { get; }

    public void Dispose() => Rotary.Dispose();

    private static void Validate(ModelConfiguration configuration)
    {
        var mistakes = configuration.Shape.Validate();
        if (mistakes.Count > 0)
        {
            throw new ArgumentException(string.Join(" ", mistakes), nameof(configuration));
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(configuration.Vocabulary, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(configuration.MaximumLength, 1);
        if (!Enum.IsDefined(configuration.Head))
        {
            throw new ArgumentException($"Unknown head {configuration.Head}.", nameof(configuration));
        }
    }
}
