using Composer.Core.Settings;
using System.CommandLine;
using System.Globalization;
using System.Text.Json.Serialization;
using Composer.Architecture.Costs;
using Composer.Architecture.Extrapolation;
using Composer.Architecture.Notation;
using Composer.Architecture.Presets;
using Composer.Architecture.Primitives;
using Composer.Architecture.Widths;
using Composer.Architecture;
using Composer.Core.Diagnostics;
using Composer.Core.Json;
using Composer.Core.Text;
using Composer.Core;

namespace Composer.Cli.Commands;

/// <summary><c>composer architecture expand</c>: a small order at a large size, with its costs.</summary>
internal static class ArchitectureCommand
{
    private const string Code = "CMP1008";

    public static Command Create()
    {
        var notation = new Argument<string>("ARCHITECTURE") { Description = "Layers such as 2A+4M or AAMMMM, or the name of a preset such as llama-3.2 or samba." };
        var method = new Option<string>("--method") { Description = "How.", DefaultValueFactory = _ => "stack" };
        method.AcceptOnlyFromAmong([.. SettingNames.All<ExtrapolationMethod>()]);
        var size = new Option<string>("--size")
        {
            Description = "350M, 1B or 3B, or a number of parameters with --dim, --heads, --kv-heads and --hidden.",
            DefaultValueFactory = _ => "1B",
        };
        var dim = new Option<int?>("--dim") { Description = "Width of the residual stream; that of the size by default." };
        var heads = new Option<int?>("--heads") { Description = "Query heads." };
        var kvHeads = new Option<int?>("--kv-heads") { Description = "Key and value heads." };
        var hidden = new Option<int?>("--hidden") { Description = "Inner width of the MLP." };
        var length = new Option<int>("--length")
        {
            Description = "Tokens of a training sequence, for the FLOPs.",
            DefaultValueFactory = _ => 8192,
        };
        var vocabulary = new Option<int>("--vocabulary")
        {
            Description = "Tokens of the tied embedding.",
            DefaultValueFactory = _ => SizePreset.Vocabulary,
        };
        var widths = new Option<string>("--widths")
        {
            Description = "Inner widths of layers that are neither attention nor MLP: as they are given, or such that a layer has the "
                + "parameters of one of those, or its training operations at --length.",
            DefaultValueFactory = _ => SettingNames.Of(LayerWidths.Given),
        };
        widths.AcceptOnlyFromAmong([.. SettingNames.All<LayerWidths>()]);
        var json = new Option<bool>("--json") { Description = "Print one JSON object." };
        var expand = new Command("expand", "Scale a small order of layers to a size, in exact arithmetic.")
        {
            notation, method, size, dim, heads, kvHeads, hidden, widths, length, vocabulary, json,
        };
        expand.SetAction(parsed =>
        {
            if (!ModelSize.TryParse(parsed.GetValue(size), out var target, out var sizeError))
            {
                throw Mistake(sizeError);
            }

            NotationError? notationError = null;
            var small = HybridPresets.Find(parsed.GetRequiredValue(notation))?.Pattern;
            if (small is null && !ArchitecturePresets.TryResolve(
                    parsed.GetRequiredValue(notation),
                    target.Preset,
                    out small,
                    out notationError,
                    PrimitiveRegistry.Default))
            {
                throw Mistake(
                    $"{notationError!.Message} (at character {notationError.Offset + 1} of '{parsed.GetRequiredValue(notation)}')",
                    notationError.Remedy);
            }

            var preset = target.Preset?.Shape;
            var shape = new ModelShape(
                parsed.GetValue(dim) ?? preset?.Dim ?? 0,
                parsed.GetValue(heads) ?? preset?.Heads ?? 0,
                parsed.GetValue(kvHeads) ?? preset?.KvHeads ?? 0,
                parsed.GetValue(hidden) ?? preset?.Hidden ?? 0).CompletedFor(small, OptionDefaults.AtSize);
            if (shape.Validate() is { Count: > 0 } mistakes)
            {
                throw Mistake(
                    string.Join(" ", mistakes),
                    target.Preset is null ? $"{target.Name} is no preset size: give --dim, --heads, --kv-heads and --hidden." : null);
            }

            if (!SettingNames.TryParse<ExtrapolationMethod>(parsed.GetRequiredValue(method), out var how, out var methodError))
            {
                throw Mistake(methodError);
            }

            if (!SettingNames.TryParse<LayerWidths>(parsed.GetRequiredValue(widths), out var rule, out var widthError))
            {
                throw Mistake(widthError);
            }

            shape = new WidthRule(rule, parsed.GetValue(length)).Complete(shape, small, OptionDefaults.AtSize);
            var result = Extrapolator.Extrapolate(small, how, shape, target.Parameters, target.Preset?.Depth);
            var costs = ArchitectureCosts.Of(result.Layers, shape, parsed.GetValue(vocabulary));
            var view = new ExpansionView(
                result.Layers.Notation,
                result.Layers.ToString(),
                result.Layers.Count,
                costs.LayerParameters,
                costs.TotalParameters,
                costs.ActiveLayerParameters < costs.LayerParameters ? costs.ActiveLayerParameters : null,
                costs.TrainingFlopsPerToken(parsed.GetValue(length)),
                costs.TrainingFlopsPerToken(parsed.GetValue(length), FlopCount.Printed),
                parsed.GetValue(length),
                costs.KvCacheBytes(parsed.GetValue(length)) / parsed.GetValue(length),
                costs.ConstantCacheBytes(),
                SettingNames.Of(result.Method),
                result.Scale.ToString(),
                result.Explanation,
                result.Warning,
                LayerCost.Of(shape, small, parsed.GetValue(length)));
            Print(view, small, parsed.GetValue(json));
            return ExitCode.Done;
        });
        return new Command("architecture", "Work with orders of layers.") { expand };
    }

    private static void Print(ExpansionView view, LayerSequence small, bool json)
    {
        if (json)
        {
            Console.WriteLine(ComposerJson.WriteText(view));
            return;
        }

        Console.WriteLine($"{small.Notation} → {view.Architecture}");
        Console.WriteLine($"  {view.Explanation}");
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"  {view.Layers} layers, {ParameterText.Of(view.Parameters)} parameters ({ParameterText.Of(view.TotalParameters)} with "
            + $"embedding and norms{(view.ActiveParameters is { } active ? $"; a token goes through {ParameterText.Of(active)}" : "")})"));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"  {view.FlopsPerToken:0.###e+0} training FLOPs a token at length {view.Length} (corrected; "
            + $"{view.FlopsPerTokenPrinted:0.###e+0} as printed), {BytesText.Of(view.KvBytesPerToken)} KV cache a token in bf16"
            + $"{(view.ConstantCacheBytes > 0 ? $", of it {BytesText.Of(view.ConstantCacheBytes)} in all whatever the length" : "")}"));
        if (LayerCostText.Of(view.LayerCosts) is { Length: > 0 } costs)
        {
            Console.WriteLine($"  {costs}");
        }

        if (view.Warning is not null)
        {
            Console.Error.WriteLine($"warning CMP2003: {view.Warning}");
        }
    }

    private static UserInputException Mistake(string message, string? remedy = null) =>
        new(new Diagnostic(Code, DiagnosticSeverity.Error, message, Remedy: remedy));

    private sealed record ExpansionView(
        string Architecture,
        string Symbols,
        int Layers,
        long Parameters,
        long TotalParameters,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? ActiveParameters,
        long FlopsPerToken,
        long FlopsPerTokenPrinted,
        int Length,
        long KvBytesPerToken,
        long ConstantCacheBytes,
        string Method,
        string Scale,
        string Explanation,
        string? Warning,
        IReadOnlyList<LayerCost> LayerCosts);
}
