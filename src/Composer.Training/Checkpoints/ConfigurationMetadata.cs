using System.Globalization;
using System.Text.Json;
using Composer.Architecture;
using Composer.Architecture.Primitives;
using Composer.Core.Settings;
using Composer.Training.Models;

namespace Composer.Training.Checkpoints;

/// <summary>A <see cref="ModelConfiguration"/> as strings in a checkpoint's metadata, and back.</summary>
internal static class ConfigurationMetadata
{
    /// <summary>Keys that begin so are the checkpoint's own.</summary>
    public const string Prefix = "composer.";

    private const string Layers = Prefix + "layers";
    private const string Dim = Prefix + "dim";
    private const string Heads = Prefix + "heads";
    private const string KvHeads = Prefix + "kv_heads";
    private const string Hidden = Prefix + "hidden";
    private const string Options = Prefix + "options";
    private const string Vocabulary = Prefix + "vocabulary";
    private const string MaximumLength = Prefix + "maximum_length";
    private const string Head = Prefix + "head";
    private const string RopeTheta = Prefix + "rope_theta";
    private const string RopeScaling = Prefix + "rope_scaling";
    private const string TiesEmbedding = Prefix + "ties_embedding";
    private const string NormEpsilon = Prefix + "norm_epsilon";

    private const string Initialization = Prefix + "initialization";
    private const string Rates = Prefix + "rates";

    private const string No = "no";

    private static readonly string[] HeadNames = ["language", "compression"];

    public static void Write(ModelConfiguration configuration, IDictionary<string, string> metadata)
    {
        var shape = configuration.Shape;
        metadata[Layers] = configuration.Layers.ToString();
        metadata[Dim] = Text(shape.Dim);
        metadata[Heads] = Text(shape.Heads);
        metadata[KvHeads] = Text(shape.KvHeads);
        metadata[Hidden] = Text(shape.Hidden);
        if (shape.Options is { } options)
        {
            metadata[Options] = options.ToString();
        }

        metadata[Vocabulary] = Text(configuration.Vocabulary);
        metadata[MaximumLength] = Text(configuration.MaximumLength);
        metadata[Head] = HeadNames[(int)configuration.Head];
        metadata[RopeTheta] = configuration.RopeTheta.ToString("R", CultureInfo.InvariantCulture);
        if (configuration.RopeScaling is { } scaling)
        {
            metadata[RopeScaling] = JsonSerializer.Serialize(scaling);
        }

        if (!configuration.TiesEmbedding)
        {
            metadata[TiesEmbedding] = No;
        }

        metadata[Initialization] = SettingNames.Of(configuration.Parametrization.Initialization);
        metadata[Rates] = SettingNames.Of(configuration.Parametrization.Rates);
        metadata[NormEpsilon] = configuration.NormEpsilon.ToString("R", CultureInfo.InvariantCulture);
    }

    /// <exception cref="CheckpointException">A value is missing or impossible.</exception>
    public static ModelConfiguration Read(IReadOnlyDictionary<string, string> metadata)
    {
        var head = Array.IndexOf(HeadNames, Required(metadata, Head));
        var symbols = Required(metadata, Layers);
        if (head < 0 || symbols.Length == 0 || !symbols.All(symbol => PrimitiveRegistry.Default.TryGet(symbol, out _)))
        {
            throw new CheckpointException(
                $"The checkpoint's {Head} is '{metadata[Head]}' and its {Layers} '{symbols}'; no engine knows that model.");
        }

        var shape = new ModelShape(
            Integer(metadata, Dim),
            Integer(metadata, Heads),
            Integer(metadata, KvHeads),
            Integer(metadata, Hidden))
        {
            Options = OptionsOf(metadata),
        };
        if (shape.Validate() is { Count: > 0 } mistakes)
        {
            throw new CheckpointException($"The checkpoint's shape is impossible: {string.Join(" ", mistakes)}");
        }

        return new ModelConfiguration(
            LayerSequence.FromSymbols(symbols),
            shape,
            Integer(metadata, Vocabulary),
            Integer(metadata, MaximumLength))
        {
            Head = (ModelHead)head,
            Parametrization = new Parametrization(
                Rule(metadata, Initialization, InitializationRule.Constant), Rule(metadata, Rates, RateRule.Constant)),
            RopeTheta = Real(metadata, RopeTheta),
            RopeScaling = ScalingOf(metadata),
            TiesEmbedding = !metadata.ContainsKey(TiesEmbedding),
            NormEpsilon = Real(metadata, NormEpsilon),
        };
    }

    public static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);

    public static string Required(IReadOnlyDictionary<string, string> metadata, string key) =>
        metadata.TryGetValue(key, out var value)
            ? value
            : throw new CheckpointException($"The file's metadata lacks '{key}': it is no checkpoint of Composer's.");

    /// <remarks>What was written before there was a choice began and learned by the constants.</remarks>
    private static T Rule<T>(IReadOnlyDictionary<string, string> metadata, string key, T before)
        where T : struct, Enum =>
        !metadata.TryGetValue(key, out var name) ? before
        : SettingNames.TryParse<T>(name, out var rule, out _) ? rule
        : throw new CheckpointException($"The checkpoint's {key} is '{name}', no rule of {string.Join(", ", SettingNames.All<T>())}.");

    private static PrimitiveOptions? OptionsOf(IReadOnlyDictionary<string, string> metadata)
    {
        try
        {
            return metadata.TryGetValue(Options, out var json) ? JsonSerializer.Deserialize<PrimitiveOptions>(json) : null;
        }
        catch (JsonException e)
        {
            throw new CheckpointException(
                $"The checkpoint's {Options} are '{metadata[Options]}', no options of primitives: {e.Message}", e);
        }
    }

    private static Models.RopeScaling? ScalingOf(IReadOnlyDictionary<string, string> metadata)
    {
        if (!metadata.TryGetValue(RopeScaling, out var json))
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize<Models.RopeScaling>(json) is { IsValid: true } scaling ? scaling : throw new JsonException();
        }
        catch (JsonException e)
        {
            throw new CheckpointException($"The checkpoint's {RopeScaling} is '{json}', no scaling of Llama 3's.", e);
        }
    }

    private static int Integer(IReadOnlyDictionary<string, string> metadata, string key) =>
        int.TryParse(Required(metadata, key), NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value > 0
            ? value
            : throw new CheckpointException($"The checkpoint's {key} is '{metadata[key]}', no positive integer.");

    private static float Real(IReadOnlyDictionary<string, string> metadata, string key) =>
        float.TryParse(Required(metadata, key), NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            && float.IsFinite(value) && value > 0
            ? value
            : throw new CheckpointException($"The checkpoint's {key} is '{metadata[key]}', no positive number.");
}
