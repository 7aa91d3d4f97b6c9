namespace Composer.Core.Tests;

public sealed class DigestTests
{
    [Fact]
    public void Digest_of_the_empty_string_is_the_published_one() =>
        Assert.Equal("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", Digest.Of("").ToString());

    [Fact]
    public void Text_round_trips()
    {
        var digest = Digest.Of("composer");
        Assert.Equal(digest, Digest.Parse(digest.ToString()));
        Span<byte> bytes = stackalloc byte[Digest.Size];
        digest.CopyTo(bytes);
        Assert.Equal(digest, new Digest(bytes));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("e3b0")]
    [InlineData("E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855")]
    [InlineData("g3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    public void Anything_but_64_lower_case_digits_is_no_digest(string? text) =>
        Assert.False(Digest.TryParse(text, out _));

    [Fact]
    public void Order_is_that_of_the_text()
    {
        var digests = Enumerable.Range(0, 100).Select(i => Digest.Of($"{i}")).ToArray();
        Assert.Equal(
            digests.Select(d => d.ToString()).Order(StringComparer.Ordinal),
            digests.Order().Select(d => d.ToString()));
    }
}
