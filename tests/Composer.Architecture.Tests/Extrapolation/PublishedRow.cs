using System.Text.Json;
using Composer.Architecture.Presets;

namespace Composer.Architecture.Tests.Extrapolation;

/// <summary>One small → large pair of <c>extrapolation.json</c>.</summary>
/// <remarks>
/// Two rows hold a slip of the paper and its correction. Their published parameters and depth are those of
/// the slip, so <see cref="IsCorrected"/> rows have no figures to compare with.
/// </remarks>
internal sealed record PublishedRow(
    string Id,
    SizePreset Size,
    string Rule,
    string Method,
    bool? Matches,
    LayerSequence Small,
    LayerSequence Published,
    LayerSequence RuleOutput,
    long SmallParameters,
    long PublishedParameters,
    int PublishedDepth,
    bool IsCorrected)
{
    public static IReadOnlyList<PublishedRow> All { get; } = Read();

    /// <summary>Architectures without a small one: the random ones and Sandwich.</summary>
    public static IReadOnlyList<(string Id, LayerSequence Layers, int Depth, long Parameters)> WithoutSmall { get; } =
        [.. Document().GetProperty("info_rows").EnumerateArray().Select(r => (
            Text(r, "id"),
            LayerSequence.Parse(Text(r, "arch")),
            r.GetProperty("depth").GetInt32(),
            r.GetProperty("nonemb_params").GetInt64()))];

    public static PublishedRow Of(string id) => All.Single(r => r.Id == id);

    private static List<PublishedRow> Read() => [.. Document().GetProperty("rows").EnumerateArray().Select(Row)];

    private static PublishedRow Row(JsonElement row) => new(
        Text(row, "id"),
        SizePreset.All.Single(s => s.Name == Text(row, "target_size")),
        Text(row, "rule"),
        Text(row, "method"),
        row.GetProperty("match").ValueKind == JsonValueKind.Null ? null : row.GetProperty("match").GetBoolean(),
        LayerSequence.Parse(Text(row, "small")),
        LayerSequence.Parse(
            row.TryGetProperty("published_groups_typo_corrected", out var corrected)
                ? corrected.GetString()!
                : Text(row, "published")),
        LayerSequence.Parse(Text(row, "rule_output")),
        row.GetProperty("m_params").GetInt64(),
        row.GetProperty("published_nonemb_params").GetInt64(),
        row.GetProperty("published_depth").GetInt32(),
        row.TryGetProperty("published_groups_typo_corrected", out _));

    private static string Text(JsonElement row, string name) => row.GetProperty(name).GetString()!;

    private static JsonElement Document()
    {
        var path = Path.Combine(AppContext.BaseDirectory, "data", "extrapolation.json");
        using var document = JsonDocument.Parse(File.ReadAllText(path));
        return document.RootElement.Clone();
    }
}
