using System.CommandLine;
using Composer.Architecture;
using Composer.Architecture.Presets;
using Composer.Architecture.Primitives;
using Composer.Core.Diagnostics;

namespace Composer.Bench.Measuring;

/// <summary>The options that say how large a model is, and how many threads it gets.</summary>
internal sealed class ModelOptions
{
    private readonly Option<int?> dim = new("--dim") { Description = "Width of the residual stream." };
    private readonly Option<int?> heads = new("--heads") { Description = "Query heads." };
    private readonly Option<int?> kvHeads = new("--kv-heads") { Description = "Key and value heads." };
    private readonly Option<int?> hidden = new("--hidden") { Description = "Inner width of the MLP." };
    private readonly Option<int?> vocabulary = new("--vocabulary") { Description = "Tokens." };
    private readonly Option<int> threads = new("--threads")
    {
        Description = "Threads; all cores by default.",
        DefaultValueFactory = _ => Environment.ProcessorCount,
    };

    /// <param name="command">Takes the options.</param>
    public ModelOptions(Command command) => ((Option[])[dim, heads, kvHeads, hidden, vocabulary, threads]).ToList().ForEach(command.Add);

    /// <param name="parsed">The command line.</param>
    /// <param name="own">The widths where none are given.</param>
    /// <param name="layers">Whose options the shape has.</param>
    /// <param name="defaults">Which values those take.</param>
    /// <exception cref="UserInputException">The widths do not fit together.</exception>
    public ModelShape Shape(ParseResult parsed, ModelShape own, IEnumerable<char> layers, OptionDefaults defaults)
    {
        var shape = new ModelShape(
            parsed.GetValue(dim) ?? own.Dim,
            parsed.GetValue(heads) ?? own.Heads,
            parsed.GetValue(kvHeads) ?? own.KvHeads,
            parsed.GetValue(hidden) ?? own.Hidden).CompletedFor(layers, defaults);
        return shape.Validate() is { Count: > 0 } mistakes ? throw Mistakes.Of(string.Join(" ", mistakes)) : shape;
    }

    /// <exception cref="UserInputException">There are too few.</exception>
    public int Vocabulary(ParseResult parsed, int own)
    {
        var tokens = parsed.GetValue(vocabulary) ?? own;
        Mistakes.RequireAtLeast(vocabulary.Name, tokens, 2);
        return tokens;
    }

    /// <exception cref="UserInputException">There is none.</exception>
    public int Threads(ParseResult parsed)
    {
        Mistakes.RequireAtLeast(threads.Name, parsed.GetValue(threads), 1);
        return parsed.GetValue(threads);
    }

    /// <exception cref="UserInputException">The text names no layers.</exception>
    public static LayerSequence Layers(string text, SizePreset? size) =>
        HybridPresets.Find(text) is { } hybrid ? hybrid.Pattern
            : ArchitecturePresets.TryResolve(text, size, out var layers, out var error, PrimitiveRegistry.Default) ? layers
            : throw Mistakes.Of(error.Message, error.Remedy);
}
