using System.Globalization;
using System.Text.Json.Serialization;
using Composer.Language.Inference;

namespace Composer.Cli.Output;

/// <summary>One length and batch: a measurement a model.</summary>
/// <param name="Models">The architecture's, and the baseline's where there is one.</param>
/// <param name="Bf16CacheBytes">The caches as the paper counts them.</param>
internal sealed record InferenceRow(IReadOnlyList<InferenceMeasurement> Models, IReadOnlyList<long> Bf16CacheBytes)
{
    private const double Mebi = 1 << 20;

    /// <summary>Architecture over baseline: bytes, or tokens a second.</summary>
    public double? CacheRatio => Of((m, i) => Bf16CacheBytes[i]);

    public double? PromptRatio => Of((m, _) => m.PromptTokensPerSecond);

    public double? DecodeRatio => Of((m, _) => m.DecodeTokensPerSecond);

    [JsonIgnore]
    public string Text
    {
        get
        {
            var lines = Models.Select((m, i) => string.Create(
                CultureInfo.InvariantCulture,
                $"{NameOf(i),-8}  {m.Length,7} {m.Batch,5} {m.CacheBytes / Mebi,10:N1} {Bf16CacheBytes[i] / Mebi,10:N1} {m.PromptTokensPerSecond,13:N1} {m.DecodeTokensPerSecond,13:N1} {m.MillisecondsPerToken,10:N3}"));
            return string.Join(Environment.NewLine, CacheRatio is null ? lines : lines.Append(string.Create(
                CultureInfo.InvariantCulture,
                $"{"ratio",-8}  {Models[0].Length,7} {Models[0].Batch,5} {"",10} {CacheRatio,10:0.000} {PromptRatio,13:0.000} {DecodeRatio,13:0.000} {1 / DecodeRatio,10:0.000}")));
        }
    }

    public static string NameOf(int model) => model == 0 ? "arch" : "baseline";

    private double? Of(Func<InferenceMeasurement, int, double> value) =>
        Models.Count < 2 ? null : value(Models[0], 0) / value(Models[1], 1);
}
