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
        "",
        "\0",
        "\0\0\0\0",
        "\u0001\0\0\0",
        "\u0002\0\0\0",
        "s",
        "i",
        "f",
        "a",
        "b",
        "ab",
        "1",
        "1.0",
        "01",
        "true",
        "-0",
        "0",
        "NaN",
        "null",
        ",", "\"", "[", "]", "[\"a\"]", "=", "\n", " ", "é", "e\u0301", "K", "\u212a", "ﬁ", "fi", "😀", "composer-key-2", "\ufeff", "\u200b",
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
                fields[i] = new PreimageField(Text(), "snblozd"[random.NextInt(7)], Text());
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

    [Theory]
    [InlineData("é", "e\u0301")]
    [InlineData("K", "\u212a")]
    [InlineData("ﬁ", "fi")]
    [InlineData("a", "a\0")]
    [InlineData("a", "\ufeffa")]
    [InlineData("\r\n", "\n")]
    public void Forms_of_one_text_are_different_texts(string one, string other)
    {
        Assert.NotEqual(Preimage.KeyOf([new("x", 's', one)]), Preimage.KeyOf([new("x", 's', other)]));
        Assert.NotEqual(Preimage.KeyOf([new(one, 's', "x")]), Preimage.KeyOf([new(other, 's', "x")]));
        Assert.NotEqual(new SampleInputs { Text = one }.Key, new SampleInputs { Text = other }.Key);
        Assert.NotEqual(new SampleInputs { Texts = [one] }.Key, new SampleInputs { Texts = [other] }.Key);
    }

    [Fact]
    public void Halves_of_a_surrogate_pair_are_refused()
    {
        const string half = "\ud83d";
        Assert.ThrowsAny<ArgumentException>(() => Preimage.KeyOf([new PreimageField("x", 's', half)]));
        Assert.ThrowsAny<ArgumentException>(() => Preimage.KeyOf([new PreimageField(half, 's', "x")]));
        Assert.ThrowsAny<ArgumentException>(() => Preimage.KeyOf([new PreimageField("x", '\ud83d', "")]));
    }
}
