using Composer.Architecture.Presets;

namespace Composer.Architecture.Tests.Presets;

public sealed class ModelSizeTests
{
    [Theory]
    [InlineData("350M", 350_000_000, "350M", true)]
    [InlineData("1B", 1_000_000_000, "1B", true)]
    [InlineData("1000M", 1_000_000_000, "1B", true)]
    [InlineData("3b", 3_000_000_000, "3B", true)]
    [InlineData("4.5M", 4_500_000, "4.5M", false)]
    [InlineData(" 1.3 B ", 1_300_000_000, "1.3B", false)]
    [InlineData("267.904K", 267_904, "267.904K", false)]
    [InlineData("17", 17, "17", false)]
    [InlineData("1234567", 1_234_567, "1.234567M", false)]
    public void A_size_reads_exactly(string text, long parameters, string name, bool preset)
    {
        var size = ModelSize.Parse(text);
        Assert.Equal(parameters, size.Parameters);
        Assert.Equal(name, size.Name);
        Assert.Equal(preset, size.Preset is not null);
        Assert.Equal(size, ModelSize.Parse(size.Name));
    }

    [Theory]
    [InlineData("", "Write 350M")]
    [InlineData("350MB", "Did you mean '350M'?")]
    [InlineData("big", "Write 350M")]
    [InlineData("-1B", "Did you mean '1B'?")]
    [InlineData("1e9", "no size")]
    [InlineData("0", "out of range")]
    [InlineData("10000000T", "out of range")]
    [InlineData("1.0000001K", "whole number")]
    public void What_is_no_size_is_explained(string text, string words)
    {
        Assert.False(ModelSize.TryParse(text, out _, out var error));
        Assert.Contains(words, error, StringComparison.Ordinal);
        Assert.Throws<FormatException>(() => ModelSize.Parse(text));
    }

    [Fact]
    public void Published_sizes_have_the_widths_of_table_3()
    {
        Assert.Equal(["350M", "1B", "3B"], SizePreset.All.Select(s => s.Name));
        Assert.All(SizePreset.All, s => Assert.Empty(s.Shape.Validate()));
        Assert.Equal([64, 64, 128], SizePreset.All.Select(s => s.Shape.HeadSize));
    }
}
