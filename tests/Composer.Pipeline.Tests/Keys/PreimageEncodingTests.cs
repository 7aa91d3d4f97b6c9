using Composer.Core;
using Composer.Pipeline.Keys;
using Composer.Store.Records;

namespace Composer.Pipeline.Tests.Keys;

/// <summary>No two different preimages encode alike.</summary>
public sealed class PreimageEncodingTests
{
    /// <summary>Pieces that look like the encoding's own, like other types, or like each other.</summary>
    private static readonly string[] Pieces =
    [
        "", "\0", "\0\0\0\0", "\u0001\0\0\0", "\u0002\0\0\0", "s", "i", "f", "a", "b", "ab", "1", "1.0", "01", "true", "-0", "0", "NaN", "null",
        ",", "\"", "[", "]", "[\"a\"]", "=", "\n", " ", "é", "e\u0301", "K", "\u212a", "ﬁ", "fi", "😀", "composer-key-1", "\ufeff", "\u200b",
    ];

    [Fact]
    public void Different_fields_have_different_keys()
    {
        const ulong seed = 20251122;
        var random = new Rng(new Seed(seed));
        var seen = new Dictionary<Digest, PreimageField[]>();
        for (var round = 0; round < 60_000; round++)
        {
            var fields = new PreimageField[random.NextInt(4)];
            for (var i = 0; i < fields.Length; i++)
            {
                fields[i] = new PreimageField(Text(), "sifbdl"[random.NextInt(6)], Text());
            }

            var key = Preimage.KeyOf(fields);
            Assert.True(
                seen.TryAdd(key, fields) || seen[key].SequenceEqual(fields),
                $"seed {seed}, round {round}: [{string.Join("; ", fields)}] and [{string.Join("; ", seen[key])}] have one key.");
        }

        Assert.True(seen.Count > 30_000, $"only {seen.Count} different lists were tried");

        string Text() => string.Concat(Enumerable.Range(0, random.NextInt(3)).Select(_ => Pieces[random.NextInt(Pieces.Length)]));
    }

    /// <summary>All of one text's characters, cut at every place into path and value of one or two fields.</summary>
    [Fact]
    public void Cuts_of_one_text_have_different_keys()
    {
        const string text = "a\u0001\0\0\0s\u0001\0\0\0b\u0002\0\0\0ss\0\0\0\0";
        var lists = new List<PreimageField[]>();
        for (var cut = 0; cut <= text.Length; cut++)
        {
            lists.Add([new PreimageField(text[..cut], 's', text[cut..])]);
            for (var next = cut; next <= text.Length; next++)
            {
                lists.Add([new PreimageField(text[..cut], 's', text[cut..next]), new PreimageField(text[next..], 's', "")]);
                lists.Add([new PreimageField(text[..cut], 's', text[cut..next]), new PreimageField("", 's', text[next..])]);
            }
        }

        var different = lists.DistinctBy(l => string.Join('\uffff', l.Select(f => f.ToString()))).ToArray();
        Assert.Equal(different.Length, different.Select(l => Preimage.KeyOf(l)).Distinct().Count());
    }

    [Fact]
    public void Values_that_look_alike_have_different_keys()
    {
        Preimage[] all =
        [
            Of().Build(),
            Of().Add("x", "").Build(),
            Of().Add("x", (string[])[]).Build(),
            Of().Add("x", (string[])[""]).Build(),
            Of().Add("x", "1").Build(),
            Of().Add("x", 1).Build(),
            Of().Add("x", 1.0).Build(),
            Of().Add("x", true).Build(),
            Of().Add("x", "true").Build(),
            Of().Add("x", (double[])[1]).Build(),
            Of().Add("x", (string[])["1"]).Build(),
            Of().Add("x", "[1]").Build(),
            Of().Add("x", Digest.Of("1")).Build(),
            Of().Add("x", Digest.Of("1").ToString()).Build(),
            Of().Add("x", double.Epsilon).Build(),
            Of().Add("x", 0.1).Build(),
            Of().Add("x", 0.1f).Build(),
            Of().Add("x", 1e15).Build(),
            Of().Add("x", 1_000_000_000_000_000).Build(),
        ];
        Assert.Equal(all.Length, all.Select(p => p.Key).Distinct().Count());

        static Preimage.Builder Of() => Preimage.Of("test");
    }

    [Theory]
    [InlineData("é", "e\u0301")]
    [InlineData("K", "\u212a")]
    [InlineData("ﬁ", "fi")]
    [InlineData("a", "a\0")]
    [InlineData("a", "\ufeffa")]
    [InlineData("\r\n", "\n")]
    public void Forms_of_one_text_are_different_texts(string one, string other)
    {
        Assert.NotEqual(Preimage.Of("test").Add("x", one).Build().Key, Preimage.Of("test").Add("x", other).Build().Key);
        Assert.NotEqual(Preimage.Of("test").Add("x", (string[])[one]).Build().Key, Preimage.Of("test").Add("x", (string[])[other]).Build().Key);
        Assert.NotEqual(Preimage.Of("test").Add(one, "x").Build().Key, Preimage.Of("test").Add(other, "x").Build().Key);
    }

    [Fact]
    public void Halves_of_a_surrogate_pair_are_refused()
    {
        const string half = "\ud83d";
        Assert.ThrowsAny<ArgumentException>(() => Preimage.Of("test").Add("x", half));
        Assert.ThrowsAny<ArgumentException>(() => Preimage.Of("test").Add(half, "x"));
        Assert.ThrowsAny<ArgumentException>(() => Preimage.Of("test").Add("x", (string[])["a", half]));
        Assert.ThrowsAny<ArgumentException>(() => Preimage.KeyOf([new PreimageField("x", 's', half)]));
        Assert.ThrowsAny<ArgumentException>(() => Preimage.KeyOf([new PreimageField("x", '\ud83d', "")]));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void What_is_no_finite_number_is_refused(double value)
    {
        Assert.ThrowsAny<ArgumentException>(() => Preimage.Of("test").Add("x", value));
        Assert.ThrowsAny<ArgumentException>(() => Preimage.Of("test").Add("x", (double[])[0, value]));
    }

    [Fact]
    public void Numbers_keep_every_bit_but_the_sign_of_zero()
    {
        const ulong seed = 7;
        var random = new Rng(new Seed(seed));
        var keys = new HashSet<Digest>();
        for (var round = 0; round < 2_000; round++)
        {
            var value = BitConverter.UInt64BitsToDouble(((ulong)random.NextInt(int.MaxValue) << 32) | (uint)random.NextInt(int.MaxValue));
            if (!double.IsFinite(value))
            {
                continue;
            }

            Assert.True(keys.Add(Preimage.Of("test").Add("x", value).Build().Key), $"seed {seed}: {value:R}");
            Assert.True(keys.Add(Preimage.Of("test").Add("x", Math.BitIncrement(value)).Build().Key), $"seed {seed}: after {value:R}");
        }

        Assert.Equal(Preimage.Of("test").Add("x", (double[])[0.0]).Build().Key, Preimage.Of("test").Add("x", (double[])[-0.0]).Build().Key);
    }
}
