using Composer.Bench.Measuring;

namespace Composer.Bench.Tests.Measuring;

public sealed class TableTests
{
    private static readonly Table Sample = new("  ", new("model", -1), new("tokens/s", 1, "N0"), new("of peak", 9, "0.000"), new(""));

    private static readonly object?[][] Rows = [["AAMMMM", 56_713.7, 0.774, "short"], ["AM", null, 1.5, null]];

    [Fact]
    public void Text_has_columns_as_wide_as_their_widest_cell_and_nothing_behind_the_last() => Assert.Equal(
        [
            "model   tokens/s    of peak",
            "AAMMMM    56,714      0.774  short",
            "AM                    1.500",
        ],
        Sample.Text(Rows).Split(Environment.NewLine));

    [Fact]
    public void A_line_by_itself_keeps_the_least_widths() => Assert.Equal("AM  7      0.250", Sample.Line("AM", 7, 0.25, null));

    [Fact]
    public void Markdown_has_a_rule_below_its_head() => Assert.Equal(
        [
            "| model | tokens/s | of peak |  |",
            "| --- | --- | --- | --- |",
            "| AAMMMM | 56,714 | 0.774 | short |",
            "| AM |  | 1.500 |  |",
        ],
        Sample.Markdown(Rows).Split(Environment.NewLine));
}
