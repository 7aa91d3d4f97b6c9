using Composer.Architecture.Presets;

namespace Composer.Architecture.Tests.Presets;

public sealed class HybridPresetsTests
{
    /// <summary>Each released model's blocks as its configuration gives them: block i of so many, and what a block is made of.</summary>
    public static TheoryData<string, string> Configurations => new()
    {
        // attn_layer_period 8, attn_layer_offset 4, expert_layer_period 2, expert_layer_offset 1, num_hidden_layers 32.
        { "jamba", Blocks(32, i => (i % 8 == 4 ? "A" : "S") + (i % 2 == 1 ? "E" : "M")) },

        // layers_block_type: 76 layers, hybrid at 2, 7, 13, 19 … 73.
        { "zamba", Blocks(76, i => i == 2 || i % 6 == 1 && i > 1 ? "AMS" : "S") },

        // Mamba, MLP, SWA, MLP: 48 layers.
        { "samba", Blocks(48, i => "SMWM"[i % 4].ToString()) },

        // num_hidden_layers 26, _sliding_window_pattern 6.
        { "gemma-3", Blocks(26, i => (i % 6 == 5 ? "A" : "W") + "M") },

        // layer_types of LFM2-1.2B.
        { "lfm2", Blocks(16, i => (i is 2 or 5 or 8 or 10 or 12 or 14 ? "A" : "C") + "M") },

        // num_hidden_layers 48, full_attention_interval 4.
        { "qwen3-next", Blocks(48, i => (i % 4 == 3 ? "A" : "G") + "E") },
    };

    [Theory]
    [MemberData(nameof(Configurations))]
    public void A_hybrid_is_what_its_configuration_says(string name, string symbols)
    {
        var preset = HybridPresets.Find(name);
        Assert.NotNull(preset);
        Assert.Equal(LayerSequence.FromSymbols(symbols), preset.Published);
        Assert.Contains(preset.Pattern.ToString(), string.Concat(symbols, symbols), StringComparison.Ordinal);
        Assert.All(preset.Published.Distinct(), symbol => Assert.InRange(
            (double)preset.Pattern.CountOf(symbol) / preset.Pattern.Count - ((double)preset.Published.CountOf(symbol) / preset.Published.Count),
            -0.05,
            0.05));
    }

    [Fact]
    public void Every_hybrid_has_a_configuration_here_and_a_source() =>
        Assert.All(HybridPresets.All, preset =>
        {
            Assert.Contains(Configurations, row => row.Data.Item1 == preset.Name);
            Assert.NotEmpty(preset.Source);
            Assert.NotEmpty(preset.Model);
        });

    [Theory]
    [InlineData("samba", "SMWM")]
    [InlineData("Gemma_3", "WMWMWMWMWMAM")]
    [InlineData("2A+4M", "AAMMMM")]
    public void A_small_order_is_a_name_or_layers(string text, string symbols)
    {
        Assert.True(HybridPresets.TryResolve(text, out var small, out _));
        Assert.Equal(symbols, small.ToString());
    }

    [Theory]
    [InlineData("sambo", "Did you mean 'samba'?")]
    [InlineData("mamba-7", "one of jamba, zamba, samba, gemma-3, lfm2, qwen3-next")]
    [InlineData("2A+4", "End with a layer")]
    public void What_is_neither_is_explained(string text, string remedy)
    {
        Assert.False(HybridPresets.TryResolve(text, out _, out var error));
        Assert.Contains(remedy, error.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void A_hybrid_where_an_architecture_at_size_is_meant_says_how_to_scale_it()
    {
        Assert.False(ArchitecturePresets.TryResolve("jamba", SizePreset.All[1], out _, out var error));
        Assert.Contains("order = \"jamba\"", error.Remedy, StringComparison.Ordinal);
    }

    private static string Blocks(int count, Func<int, string> block) => string.Concat(Enumerable.Range(0, count).Select(block));
}
