using System.Globalization;
using System.Text.Json.Serialization;

namespace Composer.Cli.Output;

/// <summary>What <c>bench infer</c> measured: the first model is the architecture, a second the baseline.</summary>
/// <param name="Isa">Vector instructions.</param>
/// <param name="Threads">Threads.</param>
/// <param name="MemoryBytes">What all models and the largest caches take.</param>
/// <param name="Models">In the order of each row.</param>
internal sealed record InferenceTable(string Isa, int Threads, long MemoryBytes, IReadOnlyList<InferenceModelView> Models)
{
    private const double Mebi = 1 << 20;

    public IReadOnlyList<InferenceRow> Rows { get; init; } = [];

    /// <summary>What stands above the rows.</summary>
    [JsonIgnore]
    public string Head => string.Join(
        Environment.NewLine,
        [
            string.Create(
                CultureInfo.InvariantCulture,
                $"cpu/{Isa}, {Threads} threads, at most {MemoryBytes / Mebi:N0} MiB; parameters and caches in fp32, bf16 as the paper counts"),
            .. Models.Select((m, i) => string.Create(
                CultureInfo.InvariantCulture,
                $"{InferenceRow.NameOf(i),-8}  {m.Architecture}   {m.Layers} layers, {m.Parameters / 1e6:N1} M parameters, {m.Bf16CacheBytesPerToken / 1024.0:0.##} KiB KV cache a token in bf16")),
            $"{"",-8}  {"length",7} {"batch",5} {"KV MiB",10} {"bf16 MiB",10} {"prompt tok/s",13} {"decode tok/s",13} {"ms/token",10}",
        ]);
}

/// <param name="Architecture">Its layers.</param>
/// <param name="Layers">How many.</param>
/// <param name="Parameters">With embedding and norms.</param>
/// <param name="Bf16CacheBytesPerToken">Keys and values of a token in bf16.</param>
internal sealed record InferenceModelView(string Architecture, int Layers, long Parameters, long Bf16CacheBytesPerToken);
