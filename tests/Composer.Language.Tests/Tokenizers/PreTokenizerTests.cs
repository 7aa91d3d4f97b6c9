using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Composer.Core;
using Composer.Language.Tokenizers.PreTokenizers;

namespace Composer.Language.Tests.Tokenizers;

public sealed class PreTokenizerTests
{
    // Every class of character that the patterns tell apart, all below U+10000, where Regex sees whole code points.
    private const string Alphabet = "aZéſKsSTtrRevElLmMdD ''’\"09²Ⅳ٣ \u00A0\u2003\t\n\r\u0085.,!-_漢かλ̈\u200D";

    public static TheoryData<string> Names => ["gpt-2", "llama-3"];

    [Theory]
    [MemberData(nameof(Names))]
    public void Cuts_text_below_the_astral_planes_as_the_pattern_does(string name)
    {
        var scanner = Of(name);
        var regex = new Regex(scanner.Pattern, RegexOptions.CultureInvariant);
        const ulong seed = 11;
        var rng = new Rng(new Seed(seed));
        for (var i = 0; i < 20_000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, rng.NextInt(1, 16)).Select(_ => Alphabet[rng.NextInt(Alphabet.Length)]));
            var expected = regex.Matches(FoldLongS(text, name)).Select(m => text.Substring(m.Index, m.Length));
            Assert.True(expected.SequenceEqual(Pieces(scanner, text)), $"seed {seed}, string {i}: {Escape(text)}");
        }
    }

    [Theory]
    [InlineData("gpt-2", "𝐀𝐁 𐐷x", "𝐀𝐁| 𐐷x")]
    [InlineData("llama-3", "𝐀𝐁 𐐷x", "𝐀𝐁| 𐐷x")]
    [InlineData("gpt-2", "𝟘𝟙𝟚𝟛 1", "𝟘𝟙𝟚𝟛| 1")]
    [InlineData("llama-3", "𝟘𝟙𝟚𝟛 1", "𝟘𝟙𝟚|𝟛| |1")]
    [InlineData("gpt-2", "😀😀a", "😀😀|a")]
    [InlineData("llama-3", "😀a b", "😀a| b")]
    public void Letters_and_digits_beyond_the_first_plane_are_letters_and_digits(string name, string text, string pieces)
    {
        Assert.Equal(pieces, string.Join('|', Pieces(Of(name), text)));
    }

    [Theory]
    [InlineData("gpt-2", "He'll  go\n\n now ", "He|'ll| | go|\n\n| now| ")]
    [InlineData("gpt-2", "IT'S", "IT|'|S")]
    [InlineData("llama-3", "IT'S 12345\r\n\r\nx", "IT|'S| |123|45|\r\n\r\n|x")]
    [InlineData("llama-3", "it'ſ  (a) !!\n b", "it|'ſ| | (|a|)| !!\n| b")]
    public void Known_texts_are_cut_as_published(string name, string text, string pieces)
    {
        Assert.Equal(pieces, string.Join('|', Pieces(Of(name), text)));
    }

    private static PreTokenizer Of(string name) => name == "gpt-2" ? PreTokenizer.Gpt2 : PreTokenizer.Llama3;

    // The pattern's own engine folds U+017F to s without regard to case; the runtime's does not.
    private static string FoldLongS(string text, string name) => name == "llama-3" ? text.Replace("'ſ", "'s") : text;

    private static List<string> Pieces(PreTokenizer scanner, string text)
    {
        var pieces = new List<string>();
        for (var start = 0; start < text.Length;)
        {
            var end = scanner.PieceEnd(text, start);
            Assert.True(end > start);
            pieces.Add(text[start..end]);
            start = end;
        }

        return pieces;
    }

    private static string Escape(string text) =>
        text.Aggregate(new StringBuilder(), (b, c) => b.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}")).ToString();
}
