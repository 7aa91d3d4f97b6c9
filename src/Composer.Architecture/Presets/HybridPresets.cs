using System.Diagnostics.CodeAnalysis;
using Composer.Architecture.Notation;
using Composer.Architecture.Primitives;

namespace Composer.Architecture.Presets;

/// <summary>Published hybrids to compare with, by name.</summary>
public static class HybridPresets
{
    /// <summary>All of them, by year.</summary>
    public static IReadOnlyList<HybridPreset> All { get; } =
    [
        Published(
            "jamba", "1S+1M+1S+1E+1S+1M+1S+1E+1A+1M+1S+1E+1S+1M+1S+1E", "4x(1S+1M+1S+1E+1S+1M+1S+1E+1A+1M+1S+1E+1S+1M+1S+1E)",
            "Jamba-v0.1", "Lieber et al. 2024, arXiv 2403.19887: one attention to seven Mamba, every second MLP a mixture of experts",
            "Mamba-1 with norms inside, 16 experts, attention without RoPE"),
        Published(
            "zamba", "6S+1A+1M", "2S+1A+1M+5S+11x(1A+1M+6S)+1A+1M+3S", "Zamba-7B-v1",
            "Glorioso et al. 2024, arXiv 2405.16712: attention and MLP before every sixth Mamba, which has no MLP of its own",
            "Mamba-1, GELU; attention and MLP are one layer shared by all its places, which sees the embedding too"),
        Published(
            "samba", "1S+1M+1W+1M", "12x(1S+1M+1W+1M)", "Samba-1.7B", "Ren et al. 2024, arXiv 2406.07522: Mamba, MLP, window, MLP",
            "Mamba-1, a window of 2048"),
        Published(
            "gemma-3", "5x(1W+1M)+1A+1M", "4x(5x(1W+1M)+1A+1M)+2x(1W+1M)", "Gemma 3 1B",
            "Gemma Team 2025, arXiv 2503.19786: five local layers to one global",
            "GELU, norms after each layer too and of queries and keys, a window of 512, RoPE bases by kind"),
        Published(
            "lfm2", "2x(1C+1M)+1A+1M", "3x(2x(1C+1M)+1A+1M)+3x(1C+1M+1A+1M)+1C+1M", "LFM2-1.2B",
            "Liquid AI 2025, configuration of LFM2-1.2B: ten convolutions, attention at blocks 2, 5, 8, 10, 12 and 14 of 16",
            "norms of queries and keys"),
        Published(
            "qwen3-next", "3x(1G+1E)+1A+1E", "12x(3x(1G+1E)+1A+1E)", "Qwen3-Next-80B-A3B",
            "Qwen Team 2025, configuration of Qwen3-Next-80B-A3B: full attention at every fourth layer, a mixture of experts after each",
            "512 experts, 10 active and one shared; attention gated, with norms of queries and keys and partial RoPE"),
    ];

    /// <summary>The preset of this name, compared as <see cref="ArchitecturePresets"/> compares; null when there is none.</summary>
    public static HybridPreset? Find(string name) => All.FirstOrDefault(preset => preset.Name == ArchitecturePresets.Normalize(name));

    /// <summary>Reads what stands for a small order: a hybrid's name, or the notation.</summary>
    /// <param name="text">Such as <c>samba</c> or <c>2A+4M</c>.</param>
    /// <param name="small">The order that is scaled.</param>
    /// <param name="error">What is wrong, where, and how to mend it.</param>
    public static bool TryResolve(
        string text, [NotNullWhen(true)] out LayerSequence? small, [NotNullWhen(false)] out NotationError? error)
    {
        if (Find(text) is { } preset)
        {
            (small, error) = (preset.Pattern, null);
            return true;
        }

        if (LayerSequence.TryParse(text, out small, out error, PrimitiveRegistry.Default))
        {
            return true;
        }

        if (ArchitecturePresets.IsName(text))
        {
            var known = All.Select(p => p.Name).ToList();
            error = new NotationError(
                0,
                text.Length,
                $"No hybrid is named '{text}'.",
                Core.Diagnostics.Suggestion.DidYouMean(ArchitecturePresets.Normalize(text), known)
                    ?? $"Write a small order such as 2A+4M, or one of {string.Join(", ", known)}.");
        }

        return false;
    }

    private static HybridPreset Published(string name, string pattern, string published, string model, string source, string differs) =>
        new(name, LayerSequence.Parse(pattern), LayerSequence.Parse(published), model, source, differs);
}
