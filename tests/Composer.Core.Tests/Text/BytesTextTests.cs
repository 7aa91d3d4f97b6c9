using Composer.Core.Text;

namespace Composer.Core.Tests.Text;

public class BytesTextTests
{
    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(768, "768 B")]
    [InlineData(18 * 1024, "18 KiB")]
    [InlineData(1536, "1.5 KiB")]
    [InlineData(3L << 30, "3 GiB")]
    [InlineData(-1536, "-1.5 KiB")]
    public void Bytes_have_binary_units(long bytes, string expected) => Assert.Equal(expected, BytesText.Of(bytes));
}
