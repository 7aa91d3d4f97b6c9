using Composer.Architecture;
using Composer.Architecture.Costs;
using Composer.Architecture.Extrapolation;
using Composer.Architecture.Presets;
using Composer.Manifests.Model;

namespace Composer.Manifests.Tests.Model;

public sealed class BaselineSectionTests
{
    private static readonly ModelShape Shape = new(8, 2, 2, 8);

    /// <summary>Sizes are counted in pairs of an attention and an MLP at these widths.</summary>
    [Theory]
    [InlineData("", "1A+1M", null, 1, "1A+1M")]
    [InlineData("", "1A+1M", null, 4, "4x(1A+1M)")]
    [InlineData("", "1M+1A", null, 3, "3x(1M+1A)")]
    [InlineData("", "1A+1M", ExtrapolationMethod.Stretch, 4, "4A+4M")]
    [InlineData("1A+1M", "", null, 4, "1A+1M")]
    [InlineData("2x(1A+1M)", "", null, 4, "2x(1A+1M)")]
    public void An_order_grows_with_the_size_and_an_architecture_is_what_it_says(
        string architecture, string order, ExtrapolationMethod? method, int pairs, string expected)
    {
        var baseline = new BaselineSection { Name = "b", Architecture = architecture, Order = order, Method = method };
        var size = pairs * ArchitectureCosts.Of(LayerSequence.Parse("AM"), Shape, 0).LayerParameters;

        Assert.Equal(expected, baseline.Resolve(Settings(size)).Notation);
    }

    [Fact]
    public void What_cannot_be_scaled_says_why()
    {
        var baseline = new BaselineSection { Name = "b", Order = "1A+1M" };

        Assert.False(baseline.TryResolve(Settings(4_000_000_000), out _, out var error));
        Assert.Contains("layers", error.Message, StringComparison.Ordinal);
    }

    private static ExtrapolationSettings Settings(long parameters) =>
        new() { Size = ModelSize.Parse(parameters.ToString(System.Globalization.CultureInfo.InvariantCulture)), Model = Shape };
}
