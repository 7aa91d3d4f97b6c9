using Composer.Core;
using Composer.Pipeline.Keys;

namespace Composer.Pipeline.Tests.Keys;

public sealed class PreimageTests
{
    // Pinned: a change of the encoding loses every store. Never regenerate to pass.
    [Fact]
    public void Key_of_known_fields_never_changes() =>
        Assert.Equal(
            GoldenKey,
            Preimage.Of("test")
                .Add("text", "A, \"B\" ß")
                .Add("integer", -17)
                .Add("number", 1e-3)
                .Add("flag", true)
                .Add("seed", new Seed(ulong.MaxValue))
                .Add("digest", Digest.Of("x"))
                .Add("list", (string[])["a", "b"])
                .Add("numbers", (double[])[0.1, 1e21])
                .Build().Key.ToString());

    [Fact]
    public void Order_of_adding_does_not_matter() =>
        Assert.Equal(
            Preimage.Of("test").Add("a", 1).Add("b", 2).Build().Key,
            Preimage.Of("test").Add("b", 2).Add("a", 1).Build().Key);

    [Fact]
    public void Each_part_of_a_field_changes_the_key()
    {
        Preimage[] all =
        [
            Preimage.Of("test").Add("a", "1").Build(),
            Preimage.Of("test").Add("a", 1).Build(),
            Preimage.Of("test").Add("a", 1.0).Build(),
            Preimage.Of("test").Add("b", "1").Build(),
            Preimage.Of("other").Add("a", "1").Build(),
            Preimage.Of("test").Add("a", "12").Build(),
            Preimage.Of("test").Add("a", (string[])["1"]).Build(),
        ];
        Assert.Equal(all.Length, all.Select(p => p.Key).Distinct().Count());
    }

    [Theory]
    [InlineData("ab", "c", "a", "bc")]
    [InlineData("a\0b", "c", "a", "b\0c")]
    [InlineData("", "abc", "abc", "")]
    public void Texts_that_read_alike_when_joined_have_different_keys(string a, string b, string c, string d) =>
        Assert.NotEqual(
            Preimage.Of("test").Add("x", a).Add("y", b).Build().Key,
            Preimage.Of("test").Add("x", c).Add("y", d).Build().Key);

    [Theory]
    [InlineData(new[] { "a, b" }, new[] { "a", "b" })]
    [InlineData(new[] { "\"a\"" }, new[] { "a" })]
    [InlineData(new string[0], new[] { "" })]
    public void Lists_keep_their_items_apart(string[] one, string[] other) =>
        Assert.NotEqual(Preimage.Of("test").Add("x", one).Build().Key, Preimage.Of("test").Add("x", other).Build().Key);

    [Fact]
    public void Negative_zero_is_zero() =>
        Assert.Equal(Preimage.Of("test").Add("x", 0.0).Build().Key, Preimage.Of("test").Add("x", -0.0).Build().Key);

    [Fact]
    public void Same_path_twice_is_refused() =>
        Assert.Throws<ArgumentException>(() => Preimage.Of("test").Add("x", 1).Add("x", 1));

    [Fact]
    public void Differences_name_path_old_and_new()
    {
        var older = Preimage.Of("test").Add("evaluate.epochs", 5).Add("gone", 1).Build();
        var newer = Preimage.Of("test").Add("evaluate.epochs", 6).Add("new", 2).Build();
        Assert.Equal(
            [
                new PreimageDifference("evaluate.epochs", "5", "6"),
                new PreimageDifference("gone", "1", null),
                new PreimageDifference("new", null, "2"),
            ],
            PreimageDifference.Between(older.Fields, newer.Fields));
    }

    private const string GoldenKey = "cb18ce9803d0d59d482cda4f9cc9c931148c55c46287d04c79e2898e8ff7bbae";
}
