using Composer.Reporting.Text;

namespace Composer.Reporting.Tests.Text;

public sealed class NumberTextTests
{
    [Theory]
    [InlineData(0, "0")]
    [InlineData(950, "950")]
    [InlineData(999.7, "1.00 K")]
    [InlineData(1_049_000, "1.05 M")]
    [InlineData(4.2e9, "4.20 B")]
    [InlineData(double.NaN, "NaN")]
    public void Short_numbers_have_three_digits(double value, string expected) => Assert.Equal(expected, NumberText.Short(value));

    [Theory]
    [InlineData(0.0001, "0.0001")]
    [InlineData(2.2, "2.2")]
    [InlineData(1_500_000, "1.5 M")]
    [InlineData(-20, "-20")]
    public void Ticks_have_no_needless_zeros(double value, string expected) => Assert.Equal(expected, NumberText.Tick(value));

    [Theory]
    [InlineData(3.2e15, "3.20×10¹⁵")]
    [InlineData(4e-7, "4.00×10⁻⁷")]
    [InlineData(0, "0")]
    public void Scientific_numbers_have_raised_exponents(double value, string expected) =>
        Assert.Equal(expected, NumberText.Scientific(value));

    [Theory]
    [InlineData(12_345, "12,300")]
    [InlineData(312.4, "312")]
    [InlineData(9.996, "10.0")]
    [InlineData(.01234, "0.0123")]
    public void Rates_have_three_significant_digits(double value, string expected) => Assert.Equal(expected, NumberText.Rate(value));

    [Theory]
    [InlineData(.012, "+1.2")]
    [InlineData(-.003, "−0.3")]
    [InlineData(0, "0.0")]
    public void Differences_have_a_sign(double share, string expected) => Assert.Equal(expected, NumberText.SignedPercent(share));

    [Theory]
    [InlineData(5e-4, "0.0005")]
    [InlineData(5e-5, "5e-5")]
    [InlineData(0, "0")]
    [InlineData(.1, "0.1")]
    public void Settings_read_as_in_a_manifest(double value, string expected) => Assert.Equal(expected, NumberText.Setting(value));

    [Fact]
    public void Instants_are_in_UTC() =>
        Assert.Equal("2026-03-04 05:06:07 UTC", NumberText.Instant(new DateTimeOffset(2026, 3, 4, 7, 6, 7, TimeSpan.FromHours(2))));
}
