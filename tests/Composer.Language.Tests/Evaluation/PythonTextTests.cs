using System.Text.Json;
using Composer.Language.Evaluation.Harness;

namespace Composer.Language.Tests.Evaluation;

/// <summary>Goldens printed by CPython 3.11.</summary>
public sealed class PythonTextTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("tHE Oven", "The oven")]
    [InlineData("ßtRASSE", "Sstrasse")]
    [InlineData("ﬁSH", "Fish")]
    [InlineData("ǆUNGLA", "ǅungla")]
    [InlineData("ΣΊΣΥΦΟΣ", "Σίσυφος")]
    [InlineData("ΟΔΟΣ Σ", "Οδος σ")]
    [InlineData("aΣ.b", "Aσ.b")]
    [InlineData("aΣ. b", "Aς. b")]
    [InlineData("a'Σ", "A'ς")]
    [InlineData("xİI", "Xi\u0307i")]
    [InlineData("ıI", "Ii")]
    [InlineData("ſS", "Ss")]
    [InlineData("xK", "Xk")]
    [InlineData("აბ", "აბ")]
    [InlineData("𐐨𐐀", "𐐀𐐨")]
    [InlineData("ŉX", "ʼNx")]
    [InlineData("1ABC", "1abc")]
    public void Capitalize_is_Unicode_s(string text, string expected) => Assert.Equal(expected, PythonCase.Capitalize(text));

    [Theory]
    [InlineData(0.0, "0.0")]
    [InlineData(-0.0, "-0.0")]
    [InlineData(1, "1.0")]
    [InlineData(0.1, "0.1")]
    [InlineData(1e-4, "0.0001")]
    [InlineData(1e-5, "1e-05")]
    [InlineData(1.5e-7, "1.5e-07")]
    [InlineData(1e15, "1000000000000000.0")]
    [InlineData(1e16, "1e+16")]
    [InlineData(-1.7976931348623157e308, "-1.7976931348623157e+308")]
    [InlineData(5e-324, "5e-324")]
    [InlineData(-12.375, "-12.375")]
    public void A_float_is_repr_s(double value, string expected) => Assert.Equal(expected, PythonJson.Number(value));

    [Theory]
    [InlineData("""{"a":[1,-0,1e-7,1.0,true,null],"é":"\u0001\"\\\/\n\t\u2028"}""", "{\"a\": [1, 0, 1e-07, 1.0, true, null], \"é\": \"\\u0001\\\"\\\\/\\n\\t\u2028\"}")]
    [InlineData("{}", "{}")]
    [InlineData("""{"a":{},"b":[]}""", """{"a": {}, "b": []}""")]
    public void Json_is_dumps_s(string json, string expected)
    {
        using var document = JsonDocument.Parse(json);
        Assert.Equal(expected, PythonJson.Write(document.RootElement));
    }

    [Fact]
    public void Indented_json_is_dumps_s()
    {
        using var document = JsonDocument.Parse("""{"a":{},"b":[1,{"c":"d"}]}""");
        Assert.Equal(
            "{\n  \"a\": {},\n  \"b\": [\n    1,\n    {\n      \"c\": \"d\"\n    }\n  ]\n}", PythonJson.WriteIndented(document.RootElement));
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData("a", 1)]
    [InlineData(" a  b\u001C\u2003", 4)]
    public void Words_are_counted_as_re_split_parts_them(string text, int words) => Assert.Equal(words, PythonText.Words(text));

    [Fact]
    public void Random_numbers_are_cpython_s()
    {
        var generator = new MersenneTwister(0);
        Assert.Equal([0.8444218515250481, 0.7579544029403025, 0.420571580830845], Enumerable.Range(0, 3).Select(_ => generator.NextDouble()));
    }
}
