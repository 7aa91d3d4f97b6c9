using System.Globalization;
using System.Text.Json.Serialization;
using Composer.Bench.Measuring;
using Composer.Core.Text;
using Composer.Language.Inference;
using static System.FormattableString;

namespace Composer.Bench.Infer;

/// <summary>What <c>bench infer</c> measured: the first model is the architecture, a second the baseline.</summary>
/// <param name="Isa">Vector instructions.</param>
/// <param name="Threads">Threads.</param>
/// <param name="MemoryBytes">What all models and the largest caches take.</param>
/// <param name="Models">In the order of each row.</param>
internal sealed record InferenceTable(string Isa, int Threads, long MemoryBytes, IReadOnlyList<InferenceModel> Models)
{
    private const double Mebi = 1 << 20;
    private const string Ratio = "0.000";

    // Lines are printed as they are measured: widths are fixed, but for those of longer texts.
    private static readonly Table Columns = new(
        " ",
        new("", -9),
        new("length", 7),
        new("batch", 5),
        new("KV MiB", 10, "N1"),
        new("bf16 MiB", 10, "N1"),
        new("prompt tok/s", 13, "N1"),
        new("decode tok/s", 13, "N1"),
        new("ms/token", 10, "N3"));

    public IReadOnlyList<InferenceRow> Rows { get; init; } = [];

    /// <summary>What stands above the rows.</summary>
    [JsonIgnore]
    public string Head => string.Join(
        Environment.NewLine,
        [
            Invariant($"cpu/{Isa}, {Threads} threads, at most {MemoryBytes / Mebi:N0} MiB; ")
                + "parameters and caches in fp32, bf16 as the paper counts",
            .. Models.Select((m, i) => Invariant($"{NameOf(i),-8}  {m.Architecture}   {m.Layers} layers, ")
                + Invariant($"{m.Parameters / 1e6:N1} M parameters, ")
                + Invariant($"{m.Bf16CacheBytesPerToken / 1024.0:0.##} KiB KV cache a token in bf16")
                + (m.Bf16ConstantCacheBytes > 0 ? $", {BytesText.Of(m.Bf16ConstantCacheBytes)} whatever the length" : "")),
            Columns.Line([.. Columns.Head]),
        ]);

    /// <summary>A line for each model, and one for their ratio.</summary>
    public static string TextOf(InferenceRow row)
    {
        var lines = row.Models.Select((m, i) => Columns.Line(
            NameOf(i),
            m.Length,
            m.Batch,
            m.CacheBytes / Mebi,
            row.Bf16CacheBytes[i] / Mebi,
            m.PromptTokensPerSecond,
            m.DecodeTokensPerSecond,
            m.MillisecondsPerToken));
        return string.Join(Environment.NewLine, row.CacheRatio is null ? lines : lines.Append(Columns.Line(
            "ratio",
            row.Models[0].Length,
            row.Models[0].Batch,
            null,
            Text(row.CacheRatio),
            Text(row.PromptRatio),
            Text(row.DecodeRatio),
            Text(1 / row.DecodeRatio))));
    }

    private static string? Text(double? ratio) => ratio?.ToString(Ratio, CultureInfo.InvariantCulture);

    private static string NameOf(int model) => model == 0 ? "arch" : "baseline";
}

/// <param name="Architecture">Its layers.</param>
/// <param name="Layers">How many.</param>
/// <param name="Parameters">With embedding and norms.</param>
/// <param name="Bf16CacheBytesPerToken">What each token of a long sequence adds to the cache, in bf16.</param>
/// <param name="Bf16ConstantCacheBytes">What is kept of a long sequence whatever its length, in bf16.</param>
internal sealed record InferenceModel(
    string Architecture, int Layers, long Parameters, long Bf16CacheBytesPerToken, long Bf16ConstantCacheBytes);

/// <summary>One length and batch: a measurement a model.</summary>
/// <param name="Models">The architecture's, and the baseline's where there is one.</param>
/// <param name="Bf16CacheBytes">The caches as the paper counts them.</param>
internal sealed record InferenceRow(IReadOnlyList<InferenceMeasurement> Models, IReadOnlyList<long> Bf16CacheBytes)
{
    /// <summary>Architecture over baseline: bytes, or tokens a second.</summary>
    public double? CacheRatio => Of((m, i) => Bf16CacheBytes[i]);

    public double? PromptRatio => Of((m, _) => m.PromptTokensPerSecond);

    public double? DecodeRatio => Of((m, _) => m.DecodeTokensPerSecond);

    private double? Of(Func<InferenceMeasurement, int, double> value) =>
        Models.Count < 2 ? null : value(Models[0], 0) / value(Models[1], 1);
}
