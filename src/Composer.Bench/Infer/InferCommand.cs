using System.CommandLine;
using System.Globalization;
using Composer.Architecture;
using Composer.Architecture.Costs;
using Composer.Architecture.Presets;
using Composer.Architecture.Primitives;
using Composer.Bench.Measuring;
using Composer.Core;
using Composer.Language.Inference;
using Composer.Training.Cpu;
using Composer.Training.Kernels;
using Composer.Training.Models;
using static System.FormattableString;

namespace Composer.Bench.Infer;

/// <summary><c>composer bench infer</c>: prompt and decoding speed and the KV cache (Composer, section 9.4).</summary>
internal static class InferCommand
{
    private static readonly ModelShape OwnShape = new(Dim: 256, Heads: 8, KvHeads: 4, Hidden: 688);
    private const int OwnVocabulary = 4096;
    private const int BytesOfBf16 = 2;

    public static Command Create()
    {
        var arch = BenchOption.Of("--arch", "AAMMMM", "Layers such as 2A+4M, or the name of a preset.");
        var baseline = new Option<string?>("--baseline") { Description = "Another one, measured in turns with the first." };
        var size = new Option<string?>("--size") { Description = "350M, 1B or 3B: the paper's widths and vocabulary." };
        var lengths = BenchOption.Of(
            "--lengths", "1024,2048,4096,8192,16384,32768", "Prompt and output together; a quarter is the prompt.");
        var batch = BenchOption.Of("--batch", "1,4,8,16", "Sequences side by side.");
        var decoded = new Option<int?>("--decode-tokens") { Description = "Decode at most so many tokens after the prompt." };
        var warmUps = BenchOption.Of("--warm-ups", 3, "Runs that are not counted.");
        var repetitions = BenchOption.Of("--repetitions", 5, "Runs that are averaged.");
        var command = new Command(
            "infer", "Prompt and decoding speed and the KV cache of random models, an architecture beside a baseline.")
        {
            arch, baseline, size,
        };
        var model = new ModelOptions(command);
        ((Option[])[lengths, batch, decoded, warmUps, repetitions]).ToList().ForEach(command.Add);
        var output = new OutputOptions(command);
        command.SetAction((parsed, cancellation) =>
        {
            var preset = parsed.GetValue(size) is { } name ? SizeNamed(name) : null;
            var tokens = model.Vocabulary(parsed, preset is null ? OwnVocabulary : SizePreset.Vocabulary);
            var threads = model.Threads(parsed);
            Mistakes.RequireAtLeast(repetitions.Name, parsed.GetValue(repetitions), 1);
            Mistakes.RequireAtLeast(warmUps.Name, parsed.GetValue(warmUps), 0);
            Mistakes.RequireAtLeast(decoded.Name, parsed.GetValue(decoded) ?? 1, 1);
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
                .Select(text => ModelOptions.Layers(text, preset))
                .Select(layers => new ModelConfiguration(
                    layers,
                    model.Shape(parsed, preset?.Shape ?? OwnShape, layers, OptionDefaults.AtSize),
                    tokens,
                    settings.Lengths.Max()))
                .ToList();
            var memory = RequireMemory(configurations, settings.Batches.Max(), threads);
            var table = Measure(configurations, settings, memory, threads, output.IsText(parsed) ? Console.WriteLine : null, cancellation);
            if (!output.IsText(parsed))
            {
                output.Print(parsed, table, t => t.Head);
            }

            return Task.FromResult(ExitCode.Done);
        });
        return command;
    }

    private static InferenceTable Measure(
        IReadOnlyList<ModelConfiguration> configurations,
        InferenceSettings settings,
        long memory,
        int threads,
        Action<string>? print,
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
                .Zip(costs, (c, cost) => new InferenceModel(
                    c.Layers.Notation,
                    c.Layers.Count,
                    cost.TotalParameters,
                    cost.KvCacheBytesPerToken(BytesOfBf16),
                    cost.ConstantCacheBytes(BytesOfBf16)))
                .ToList();
            var table = new InferenceTable(InstructionSet.Name, threads, memory, views);
            print?.Invoke(table.Head);
            var rows = new List<InferenceRow>();
            foreach (var measured in InferenceBenchmark.Compare(models, settings, new Seed(2), TimeProvider.System, cancellation))
            {
                rows.Add(new InferenceRow(
                    measured,
                    [.. measured.Zip(costs, (m, cost) => cost.KvCacheBytes(m.Length, BytesOfBf16) * m.Batch)]));
                print?.Invoke(InferenceTable.TextOf(rows[^1]));
            }

            return table with { Rows = rows };
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
            throw Mistakes.Of(
                Invariant($"{needed / 1e9:0.0} GB are needed at length {configurations[0].MaximumLength} and batch {batch}; ")
                + Invariant($"this machine has {free / 1e9:0.0} GB free."),
                "Choose shorter --lengths, a smaller --batch or a smaller model.");
        }

        return needed;
    }

    private static SizePreset SizeNamed(string name) =>
        SizePreset.All.FirstOrDefault(s => s.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? throw Mistakes.Of($"'{name}' is no size.", $"There are {string.Join(", ", SizePreset.All.Select(s => s.Name))}.");

    private static List<int> Numbers(string option, string text, int least)
    {
        var numbers = new List<int>();
        foreach (var part in Mistakes.Split(text))
        {
            if (!int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                throw Mistakes.Of($"{option} holds '{part}', which is no number.", $"Write {option} 4,8.");
            }

            Mistakes.RequireAtLeast(option, number, least);
            numbers.Add(number);
        }

        Mistakes.RequireAtLeast($"the count of {option}", numbers.Count, 1);
        return numbers;
    }
}
