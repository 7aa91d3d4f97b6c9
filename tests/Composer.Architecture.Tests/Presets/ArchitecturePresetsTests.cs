using Composer.Architecture.Presets;
using Composer.Architecture.Tests.Extrapolation;

namespace Composer.Architecture.Tests.Presets;

public sealed class ArchitecturePresetsTests
{
    [Theory]
    [InlineData("oneshot6", "one-shot-6", "1B")]
    [InlineData("oneshot16", "one-shot-16", "1B")]
    [InlineData("end_layer", "end-layer", "1B")]
    [InlineData("middle_layer", "middle-layer", "1B")]
    [InlineData("mad_stack", "mad-small", "1B")]
    [InlineData("mad_stretch", "mad-large", "1B")]
    [InlineData("dclm_small", "dclm-small", "1B")]
    [InlineData("dclm_large", "dclm-large", "1B")]
    [InlineData("babi_small", "babi-small", "1B")]
    [InlineData("babi_large", "babi-large", "1B")]
    [InlineData("n4_stack", "stacked-4-layers", "1B")]
    [InlineData("n4_stretch", "stretched-4-layers", "1B")]
    [InlineData("n5_stack", "stacked-5-layers", "1B")]
    [InlineData("n5_stretch", "stretched-5-layers", "1B")]
    [InlineData("n6_stack", "stacked-6-layers", "1B")]
    [InlineData("n6_stretch", "stretched-6-layers", "1B")]
    [InlineData("n7_stack", "stacked-7-layers", "1B")]
    [InlineData("n7_stretch", "stretched-7-layers", "1B")]
    [InlineData("n8_stack", "stacked-8-layers", "1B")]
    [InlineData("n8_stretch", "stretched-8-layers", "1B")]
    [InlineData("n9_stack", "stacked-9-layers", "1B")]
    [InlineData("n9_stretch", "stretched-9-layers", "1B")]
    [InlineData("n10_stack", "stacked-10-layers", "1B")]
    [InlineData("n10_stretch", "stretched-10-layers", "1B")]
    [InlineData("n11_stack", "stacked-11-layers", "1B")]
    [InlineData("n11_stretch", "stretched-11-layers", "1B")]
    [InlineData("n12_stack", "stacked-12-layers", "1B")]
    [InlineData("n12_stretch", "stretched-12-layers", "1B")]
    [InlineData("n13_stack", "stacked-13-layers", "1B")]
    [InlineData("n13_stretch", "stretched-13-layers", "1B")]
    [InlineData("n14_stack", "stacked-14-layers", "1B")]
    [InlineData("n14_stretch", "stretched-14-layers", "1B")]
    [InlineData("n15_stack", "stacked-15-layers", "1B")]
    [InlineData("n15_stretch", "stretched-15-layers", "1B")]
    [InlineData("n16_stack", "stacked-16-layers", "1B")]
    [InlineData("n16_stretch", "stretched-16-layers", "1B")]
    [InlineData("n20_stack", "stacked-20-layers", "1B")]
    [InlineData("n20_stretch", "stretched-20-layers", "1B")]
    [InlineData("n24_stack", "stacked-24-layers", "1B")]
    [InlineData("n24_stretch", "stretched-24-layers", "1B")]
    [InlineData("n28_stack", "stacked-28-layers", "1B")]
    [InlineData("n28_stretch", "stretched-28-layers", "1B")]
    [InlineData("n32_stack", "stacked-32-layers", "1B")]
    [InlineData("n32_stretch", "stretched-32-layers", "1B")]
    [InlineData("width_scaling", "width-scaling", "1B")]
    [InlineData("no_width_scaling", "no-width-scaling", "1B")]
    [InlineData("composite_stack_350M", "composite-stacked", "350M")]
    [InlineData("composite_stack_1B", "composite-stacked", "1B")]
    [InlineData("composite_stack_3B", "composite-stacked", "3B")]
    [InlineData("composite_stretch_350M", "composite-stretched", "350M")]
    [InlineData("composite_stretch_1B", "composite-stretched", "1B")]
    [InlineData("composite_stretch_3B", "composite-stretched", "3B")]
    [InlineData("striped_1_2", "striped-1-2", "1B")]
    [InlineData("striped_1_4", "striped-1-4", "1B")]
    [InlineData("striped_1_8", "striped-1-8", "1B")]
    [InlineData("llama_350M", "llama-3.2", "350M")]
    [InlineData("llama_1B", "llama-3.2", "1B")]
    [InlineData("llama_3B", "llama-3.2", "3B")]
    [InlineData("p0_6", "p0-6-layers", "1B")]
    [InlineData("p25_6", "p25-6-layers", "1B")]
    [InlineData("p50_6", "p50-6-layers", "1B")]
    [InlineData("p75_6", "p75-6-layers", "1B")]
    [InlineData("p100_6", "p100-6-layers", "1B")]
    [InlineData("p0_16", "p0-16-layers", "1B")]
    [InlineData("p25_16", "p25-16-layers", "1B")]
    [InlineData("p50_16", "p50-16-layers", "1B")]
    [InlineData("p75_16", "p75-16-layers", "1B")]
    [InlineData("p100_16", "p100-16-layers", "1B")]
    [InlineData("random1", "random-1", "1B")]
    [InlineData("random2", "random-2", "1B")]
    [InlineData("random3", "random-3", "1B")]
    [InlineData("random4", "random-4", "1B")]
    [InlineData("random5", "random-5", "1B")]
    [InlineData("sandwich_1B", "sandwich", "1B")]
    public void Every_published_architecture_is_a_preset(string id, string family, string size)
    {
        var preset = ArchitecturePresets.Find(family, SizePreset.All.Single(s => s.Name == size));
        Assert.NotNull(preset);
        var row = PublishedRow.All.SingleOrDefault(r => r.Id == id);
        if (row is null)
        {
            var (_, layers, depth, parameters) = PublishedRow.WithoutSmall.Single(r => r.Id == id);
            Assert.Equal(layers, preset.Layers);
            Assert.Equal(depth, preset.Layers.Count);
            Assert.Equal(parameters, Parameters(preset));
            return;
        }

        Assert.Equal(row.Published, preset.Layers);
        Assert.Equal(row.Size, preset.Size);
        Assert.True(row.Matches is null ? preset.Small is null : preset.Small == row.Small);
    }

    [Fact]
    public void Names_are_unique_and_all_rows_are_covered()
    {
        Assert.Equal(ArchitecturePresets.All.Count, ArchitecturePresets.All.Select(p => p.Name).Distinct().Count());
        Assert.Equal(PublishedRow.All.Count + PublishedRow.WithoutSmall.Count, ArchitecturePresets.All.Count);
    }

    [Theory]
    [InlineData("llama-3.2-1b", null, "16x(1A+1M)")]
    [InlineData("LLaMA_3.2-1B", null, "16x(1A+1M)")]
    [InlineData("llama-3.2", "3B", "28x(1A+1M)")]
    [InlineData("sandwich", null, "8A+8x(1M+1A)+8M")]
    [InlineData("striped 1:2", null, "9x(1A+2M)")]
    [InlineData("composite-stacked", "350M", "4x(2A+4M)")]
    [InlineData("2A + 4M", "1B", "2A+4M")]
    public void A_manifests_architecture_is_a_name_or_layers(string text, string? size, string layers)
    {
        Assert.True(ArchitecturePresets.TryResolve(text, Size(size), out var resolved, out _));
        Assert.Equal(LayerSequence.Parse(layers), resolved);
    }

    [Theory]
    [InlineData("lama-3.2-1b", null, "Did you mean 'llama-3.2-1b'?")]
    [InlineData("llama-3.2", null, "There is llama-3.2-350m, llama-3.2-1b, llama-3.2-3b.")]
    [InlineData("sandwich", "3B", "There is sandwich-1b.")]
    [InlineData("something quite else", null, "Write a preset's name")]
    [InlineData("2A+4", null, "End with a layer")]
    [InlineData("2a+4m", null, "Symbols are upper-case: A.")]
    public void What_is_neither_is_explained(string text, string? size, string remedy)
    {
        Assert.False(ArchitecturePresets.TryResolve(text, Size(size), out _, out var error));
        Assert.Contains(remedy, error.Remedy, StringComparison.Ordinal);
    }

    private static SizePreset? Size(string? name) => SizePreset.All.SingleOrDefault(s => s.Name == name);

    private static long Parameters(ArchitecturePreset preset) =>
        Composer.Architecture.Costs.ArchitectureCosts.Of(preset.Layers, preset.Size.Shape, 0).LayerParameters;
}
