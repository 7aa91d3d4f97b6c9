using Composer.Core.Text;

namespace Composer.Core.Tests.Text;

public class ElapsedTextTests
{
    [Theory]
    [InlineData(0, "0.0 s")]
    [InlineData(.00045, "450 µs")]
    [InlineData(.85, "850 ms")]
    [InlineData(.9996, "1.0 s")]
    [InlineData(4.24, "4.2 s")]
    [InlineData(41.2, "41.2 s")]
    [InlineData(59.96, "1 min 0 s")]
    [InlineData(200, "3 min 20 s")]
    [InlineData(3599.6, "1 h 0 min")]
    [InlineData(4200, "1 h 10 min")]
    [InlineData(4e6, "1,111 h 6 min")]
    public void Times_fit_their_size(double seconds, string expected) => Assert.Equal(expected, ElapsedText.Of(seconds));
}
