using System.CommandLine;
using System.Globalization;
using Composer.Architecture;
using Composer.Architecture.Costs;
using Composer.Architecture.Presets;
using Composer.Architecture.Primitives;
using Composer.Cli.Output;
using Composer.Core;
using Composer.Core.Diagnostics;
using Composer.Language.Inference;
using Composer.Pipeline;
using Composer.Training.Kernels;
using Composer.Training.Models;

namespace Composer.Cli.Commands;

/// <summary><c>composer bench infer</c>: prompt and decoding speed and the KV cache (Composer, section 9.4).</summary>
internal static class BenchInferCommand
{
    private const string Code = "CMP1009";
    private static readonly ModelShape OwnShape = new(Dim: 256, Heads: 8, KvHeads: 4, Hidden: 688);
    private const int OwnVocabulary = 4096;
    private const int BytesOfBf16 = 2;

    public static Command Create()
    {
        var arch = new Option<string>("--arch") { Description = "Layers such as 2A+4M, or the name of a preset.", DefaultValueFactory = _ => "AAMMMM" };
        var baseline = new Option<string?>("--baseline") { Description = "Another one, measured in turns with the first." };
        var size = new Option<string?>("--size") { Description = "350M, 1B or 3B: the paper's widths and vocabulary." };
        var dim = new Option<int?>("--dim") { Description = "Width of the residual stream." };
        var heads = new Option<int?>("--heads") { Description = "Query heads." };
        var kvHeads = new Option<int?>("--kv-heads") { Description = "Key and value heads." };
        var hidden = new Option<int?>("--hidden") { Description = "Inner width of the MLP." };
        var vocabulary = new Option<int?>("--vocabulary") { Description = "Tokens." };
        var lengths = new Option<string>("--lengths") { Description = "Prompt and output together; a quarter is the prompt.", DefaultValueFactory = _ => "1024,2048,4096,8192,16384,32768" };
        var batch = new Option<string>("--batch") { Description = "Sequences side by side.", DefaultValueFactory = _ => "1,4,8,16" };
        var decoded = new Option<int?>("--decode-tokens") { Description = "Decode at most so many tokens after the prompt." };
        var warmUps = new Option<int>("--warm-ups") { Description = "Runs that are not counted.", DefaultValueFactory = _ => 3 };
        var repetitions = new Option<int>("--repetitions") { Description = "Runs that are averaged.", DefaultValueFactory = _ => 5 };
        var threads = new Option<int>("--threads") { Description = "Threads; all cores by default.", DefaultValueFactory = _ => Environment.ProcessorCount };
        var json = new Option<bool>("--json") { Description = "Print one JSON object." };
        var command = new Command("infer", "Prompt and decoding speed and the KV cache of random models, an architecture beside a baseline.")
        {
            arch, baseline, size, dim, heads, kvHeads, hidden, vocabulary, lengths, batch, decoded, warmUps, repetitions, threads, json,
        };
        command.SetAction((parsed, cancellation) =>
        {
            var preset = parsed.GetValue(size) is { } name ? SizeNamed(name) : null;
            var own = preset?.Shape ?? OwnShape;
            var shape = new ModelShape(
                parsed.GetValue(dim) ?? own.Dim,
                parsed.GetValue(heads) ?? own.Heads,
                parsed.GetValue(kvHeads) ?? own.KvHeads,
                parsed.GetValue(hidden) ?? own.Hidden);
            if (shape.Validate() is { Count: > 0 } mistakes)
            {
                throw Mistake(string.Join(" ", mistakes));
            }

            var tokens = parsed.GetValue(vocabulary) ?? (preset is null ? OwnVocabulary : SizePreset.Vocabulary);
            RequireAtLeast("--vocabulary", tokens, 2);
            RequireAtLeast("--threads", parsed.GetValue(threads), 1);
            RequireAtLeast("--repetitions", parsed.GetValue(repetitions), 1);
            RequireAtLeast("--warm-ups", parsed.GetValue(warmUps), 0);
            RequireAtLeast("--decode-tokens", parsed.GetValue(decoded) ?? 1, 1);
            var settings = new InferenceSettings
            {
                Lengths = Numbers(lengths.Name, parsed.GetRequiredValue(lengths), 2),
                Batches = Numbers(batch.Name, parsed.GetRequiredValue(batch), 1),
                MostDecoded = parsed.GetValue(decoded),
                WarmUps = parsed.GetValue(warmUps),
                Repetitions = parsed.GetValue(repetitions),
            };
            var configurations = new[] { parsed.GetRequiredValue(arch), parsed.GetValue(baseline) }
                .OfType<string>()
                .Select(text => new ModelConfiguration(Resolve(text, preset), shape, tokens, settings.Lengths.Max()))
                .ToList();
            var memory = RequireMemory(configurations, settings.Batches.Max(), parsed.GetValue(threads));
            Measure(configurations, settings, memory, parsed.GetValue(threads), parsed.GetValue(json), cancellation);
            return Task.FromResult(ExitCode.Done);
        });
        return command;
    }

    private static void Measure(
        IReadOnlyList<ModelConfiguration> configurations,
        InferenceSettings settings,
        long memory,
        int threads,
        bool json,
        CancellationToken cancellation)
    {
        var engine = new CpuEngine();
        var models = new List<ITrainableModel>();
        try
        {
            models.AddRange(configurations.Select(configuration => engine.Create(configuration, new Seed(1), threads)));
            var costs = configurations
                .Select(c => ArchitectureCosts.Of(c.Layers, c.Shape, c.Vocabulary, PrimitiveRegistry.Default))
                .ToList();
            var views = configurations
                .Zip(costs, (c, cost) => new InferenceModelView(c.Layers.Notation, c.Layers.Count, cost.TotalParameters, cost.KvCacheBytesPerToken(BytesOfBf16)))
                .ToList();
            var table = new InferenceTable(InstructionSet.Name, threads, memory, views);
            if (!json)
            {
                Console.WriteLine(table.Head);
            }

            var rows = new List<InferenceRow>();
            foreach (var measured in InferenceBenchmark.Compare(models, settings, new Seed(2), TimeProvider.System, cancellation))
            {
                var row = new InferenceRow(
                    measured,
                    [.. measured.Zip(costs, (m, cost) => cost.KvCacheBytes(m.Length, BytesOfBf16) * m.Batch)]);
                rows.Add(row);
                if (!json)
                {
                    Console.WriteLine(row.Text);
                }
            }

            if (json)
            {
                Console.WriteLine(PipelineJson.WriteText(table with { Rows = rows }));
            }
        }
        finally
        {
            models.ForEach(model => model.Dispose());
        }
    }

    // All models are there at once; of the caches those of one length and batch.
    private static long RequireMemory(IReadOnlyList<ModelConfiguration> configurations, int batch, int threads)
    {
        var needed = configurations.Sum(configuration => DecodingMemory.Of(configuration, batch, threads).TotalBytes);
        GC.Collect(0);
        var info = GC.GetGCMemoryInfo();
        var free = info.TotalAvailableMemoryBytes - info.MemoryLoadBytes;
        if (needed > free)
        {
            throw Mistake(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{needed / 1e9:0.0} GB are needed at length {configurations[0].MaximumLength} and batch {batch}; this machine has {free / 1e9:0.0} GB free."),
                "Choose shorter --lengths, a smaller --batch or a smaller model.");
        }

        return needed;
    }

    private static SizePreset SizeNamed(string name) =>
        SizePreset.All.FirstOrDefault(s => s.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? throw Mistake($"'{name}' is no size.", $"There are {string.Join(", ", SizePreset.All.Select(s => s.Name))}.");

    private static LayerSequence Resolve(string text, SizePreset? size) =>
        ArchitecturePresets.TryResolve(text, size, out var layers, out var error, PrimitiveRegistry.Default)
            ? layers
            : throw Mistake(error.Message, error.Remedy);

    private static List<int> Numbers(string option, string text, int least)
    {
        var numbers = new List<int>();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (!int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                throw Mistake($"{option} holds '{part}', which is no number.", $"Write {option} 4,8.");
            }

            RequireAtLeast(option, number, least);
            numbers.Add(number);
        }

        RequireAtLeast($"the count of {option}", numbers.Count, 1);
        return numbers;
    }

    private static void RequireAtLeast(string what, int value, int least)
    {
        if (value < least)
        {
            throw Mistake($"{what} must be at least {least}.");
        }
    }

    private static UserInputException Mistake(string message, string? remedy = null) =>
        new(new Diagnostic(Code, DiagnosticSeverity.Error, message, Remedy: remedy));
}
