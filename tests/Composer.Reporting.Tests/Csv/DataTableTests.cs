using Composer.Reporting.Csv;

namespace Composer.Reporting.Tests.Csv;

public sealed class DataTableTests
{
    [Fact]
    public void Numbers_read_back_the_same_and_what_is_none_is_empty() => Assert.Equal(
        "a,b,c,d\n0.1,1E-07,12345678901,\n,,,\n",
        new DataTable("a", "b", "c", "d").Add(.1, 1e-7, 12345678901L, null).Add(double.NaN, double.PositiveInfinity, null, "").ToCsv());

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("say \"so\"", "\"say \"\"so\"\"\"")]
    [InlineData("two\nlines", "\"two\nlines\"")]
    public void Texts_are_quoted_where_they_must_be(string text, string expected) =>
        Assert.Equal($"x\n{expected}\n", new DataTable("x").Add(text).ToCsv());

    [Fact]
    public void A_row_has_a_cell_for_every_column() => Assert.Throws<ArgumentException>(() => new DataTable("a", "b").Add(1));
}
