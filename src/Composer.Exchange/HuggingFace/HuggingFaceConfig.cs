using Composer.Architecture;
using Composer.Training.Models;

namespace Composer.Exchange.HuggingFace;

/// <summary>What a <c>config.json</c> of transformers says of a Llama; whatever we do not compute alike is refused by name.</summary>
/// <param name="Blocks">Attention and MLP each.</param>
/// <param name="Shape">The widths.</param>
/// <param name="Vocabulary">Rows of the embedding.</param>
/// <param name="MaximumLength">The window.</param>
/// <param name="RopeTheta">Base of the rotary frequencies.</param>
/// <param name="RopeScaling">Null where there is none.</param>
/// <param name="TiesEmbedding">Whether the output projection is the embedding.</param>
/// <param name="NormEpsilon">Of the norms.</param>
internal sealed record HuggingFaceConfig(
    int Blocks,
    ModelShape Shape,
    int Vocabulary,
    int MaximumLength,
    float RopeTheta,
    RopeScaling? RopeScaling,
    bool TiesEmbedding,
    float NormEpsilon)
{
    /// <summary>Its name in a checkpoint's folder.</summary>
    public const string FileName = "config.json";

    private const string Remedy = "Llama checkpoints alone are read: model_type llama, without biases.";

    /// <exception cref="Core.Diagnostics.UserInputException">It is no JSON, or of a model that is not read.</exception>
    public static HuggingFaceConfig Read(string path)
    {
        var json = PlacedJson.Read(path);
        RequireLlama(json);
        var (dim, heads) = (json.Positive("hidden_size", null), json.Positive("num_attention_heads", null));
        var shape = new ModelShape(dim, heads, json.Positive("num_key_value_heads", heads), json.Positive("intermediate_size", null));
        if (shape.Validate() is [var mistake, ..])
        {
            throw json.Mistake("hidden_size", $"Its widths fit no model: {mistake}", "Give a checkpoint whose widths do.");
        }

        if (json.Positive("head_dim", shape.HeadSize) is var headSize && headSize != shape.HeadSize)
        {
            throw json.Mistake(
                "head_dim",
                $"Its head_dim ({headSize}) is not hidden_size / num_attention_heads ({shape.HeadSize}), which is not read.",
                Remedy);
        }

        var blocks = json.Positive("num_hidden_layers", null);
        if (2 * (long)blocks > LayerSequence.MaximumLayers)
        {
            throw json.Mistake(
                "num_hidden_layers",
                $"Its {blocks} blocks are {2L * blocks} layers; {LayerSequence.MaximumLayers} are the most.",
                "Give a smaller model.");
        }

        var (theta, scaling) = RopeConfig.Read(json);
        return new HuggingFaceConfig(
            blocks,
            shape,
            json.Positive("vocab_size", null),
            json.Positive("max_position_embeddings", null),
            theta,
            scaling,
            json.Flag("tie_word_embeddings", false),
            (float)json.PositiveReal("rms_norm_eps", 1e-6));
    }

    private static void RequireLlama(PlacedJson json)
    {
        if (json.Text("model_type") is var type && type != "llama")
        {
            throw json.Mistake("model_type", $"Its model_type is '{type ?? "(none)"}', which is not read.", Remedy);
        }

        foreach (var name in (string[])["attention_bias", "mlp_bias"])
        {
            if (json.Flag(name, false))
            {
                throw json.Mistake(name, $"It has {name}: our layers have no biases.", Remedy);
            }
        }

        if (json.Text("hidden_act") is { } activation && activation != "silu")
        {
            throw json.Mistake("hidden_act", $"Its hidden_act is '{activation}'; our MLP's is silu.", Remedy);
        }

        if (json.Has("quantization_config"))
        {
            throw json.Mistake(
                "quantization_config",
                "Its weights are quantized (quantization_config), which is not read.",
                "Give the checkpoint in bf16, F16 or F32.");
        }

        foreach (var name in (string[])["partial_rotary_factor", "embedding_multiplier", "logits_scaling"])
        {
            if (json.PositiveReal(name, 1) is var value && value != 1)
            {
                throw json.Mistake(name, FormattableString.Invariant($"Its {name} is {value}, which is not read."), Remedy);
            }
        }
    }
}
