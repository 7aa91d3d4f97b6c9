using Composer.Architecture.Extrapolation;
using Composer.Core;
using Composer.Core.Diagnostics;
using Composer.Core.Settings;

namespace Composer.Architecture.Tests.Extrapolation;

public sealed class ExtrapolatorTests
{
    // An attention layer has 4 · 8² = 256 parameters here, an MLP layer 3 · 8 · 16 = 384.
    private static readonly ModelShape Tiny = new(8, 2, 2, 16);

    [Theory]
    [InlineData("stack", "1A+1M", 640 * 3, "3x(1A+1M)")]
    [InlineData("stack", "1A+1M", (640 * 3) + 1, "4x(1A+1M)")]
    [InlineData("stack", "2A+1M", 896 + 448, "2A+1M+1A+1M")]
    [InlineData("stack", "2A+1M", 896 + 449, "2A+1M+2A+1M")]
    [InlineData("stack", "1A+1M+1A", 2 * 896, "1A+1M+2A+1M+1A")]
    [InlineData("stretch", "2A+1M", 896 + 448, "3A+2M")]
    [InlineData("stretch", "2A+1M", 896 + 449, "4A+2M")]
    [InlineData("stretch-integer", "2A+3M", 1665, "4A+6M")]
    [InlineData("identity", "2A+3M", 1_000_000, "2A+3M")]
    public void A_hand_worked_case(string method, string small, long parameters, string large)
    {
        Assert.True(SettingNames.TryParse<ExtrapolationMethod>(method, out var parsed, out _));
        var result = Extrapolator.Extrapolate(LayerSequence.Parse(small), parsed, Tiny, parameters);
        Assert.Equal(LayerSequence.Parse(large), result.Layers);
        Assert.Equal(parsed, result.Method);
    }

    [Fact]
    public void The_scale_is_exact_and_the_explanation_shows_it()
    {
        var result = Extrapolator.Extrapolate(LayerSequence.Parse("1A+1M"), ExtrapolationMethod.Stack, Tiny, 2000);
        Assert.Equal("25/8", result.Scale.ToString());
        Assert.Equal("s = M/m = 2000/640 = 25/8 ≈ 3.125; stack: 3 copies, then each group of h layers as ⌈1/8·h⌉", result.Explanation);
    }

    [Theory]
    [InlineData(639, true)]
    [InlineData(640, false)]
    [InlineData(1, true)]
    public void A_target_below_the_small_order_takes_no_layer_away(long parameters, bool warns)
    {
        foreach (var method in new[] { ExtrapolationMethod.Stack, ExtrapolationMethod.Stretch, ExtrapolationMethod.StretchInteger })
        {
            var result = Extrapolator.Extrapolate(LayerSequence.Parse("1A+1M"), method, Tiny, parameters);
            Assert.Equal("AM", result.Layers.ToString());
            Assert.Equal(ExtrapolationMethod.Identity, result.Method);
            Assert.Equal(warns, result.Warning is not null);
        }
    }

    [Theory]
    [InlineData(ExtrapolationMethod.Stack)]
    [InlineData(ExtrapolationMethod.Stretch)]
    [InlineData(ExtrapolationMethod.StretchInteger)]
    public void More_layers_than_an_order_can_have_are_a_users_mistake(ExtrapolationMethod method)
    {
        var failure = Assert.Throws<UserInputException>(
            () => Extrapolator.Extrapolate(LayerSequence.Parse("1A+1M"), method, Tiny, long.MaxValue));
        Assert.Equal(Extrapolator.TooManyLayersCode, Assert.Single(failure.Diagnostics).Code);
    }

    [Fact]
    public void Every_mistake_in_the_widths_is_reported()
    {
        var failure = Assert.Throws<UserInputException>(() => Extrapolator.Extrapolate(
            LayerSequence.Parse("1A"), ExtrapolationMethod.Stack, new ModelShape(10, 3, 2, 16), 1000));
        Assert.Equal(2, failure.Diagnostics.Count);
    }

    [Fact]
    public void Stacking_and_stretching_reach_the_size_and_overshoot_by_less_than_a_layer_a_group()
    {
        var seed = new Seed(6);
        var rng = new Rng(seed);
        for (var trial = 0; trial < 300; trial++)
        {
            var small = LayerSequence.FromSymbols(Enumerable.Range(0, rng.NextInt(1, 17)).Select(_ => "AM"[rng.NextInt(2)]));
            var target = rng.NextInt(10_000, 200_000);
            foreach (var method in new[] { ExtrapolationMethod.Stack, ExtrapolationMethod.Stretch })
            {
                var result = Extrapolator.Extrapolate(small, method, Tiny, target);
                var slack = small.Groups.Sum(g => g.Symbol == 'A' ? 256L : 384L);
                Assert.True(
                    result.LayerParameters >= target && result.LayerParameters < target + slack,
                    $"seed {seed.Value}, trial {trial}: {small} by {method} to {target} has {result.LayerParameters}");
            }
        }
    }

    [Fact]
    public void An_unknown_method_is_named_with_a_suggestion()
    {
        Assert.False(SettingNames.TryParse<ExtrapolationMethod>("strech", out _, out var error));
        Assert.Contains("'stretch'", error, StringComparison.Ordinal);
        Assert.Equal(
            ["stack", "stretch", "stretch-integer", "identity"], Enum.GetValues<ExtrapolationMethod>().Select(m => SettingNames.Of(m)));
    }
}
