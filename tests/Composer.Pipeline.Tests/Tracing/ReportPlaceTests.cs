using System.Text;
using Composer.Pipeline.Tracing;

namespace Composer.Pipeline.Tests.Tracing;

public class ReportPlaceTests
{
    private const string Page = """
        <!DOCTYPE html>
        <html xmlns="http://www.w3.org/1999/xhtml"><head><style>p { margin: 41.2px }</style></head><body><main>
        <header><p>The mean is 41.2 %.</p></header>
        <section id="results"><h2>Results</h2><table>
        <tr><th>one</th><td><a href="#stage-a" title="from stage lm-eval/one">41.25</a></td><td>3.20×10¹⁵</td></tr>
        <tr><th>two</th><td><a href="#stage-b" title="from stage lm-eval/two">1,141.2</a></td><td>−0.3</td></tr></table>
        </section>
        <section id="provenance"><h2>Provenance</h2><p>41.2</p></section>
        </main></body></html>
        """;

    [Fact]
    public void A_number_is_found_as_a_whole_and_not_in_keys_or_settings()
    {
        var place = Assert.Single(Find("41.2"));
        Assert.Equal(("", "The mean is 41.2 %."), (place.Section, place.Text));
        Assert.Empty(place.Stages);
    }

    [Theory]
    [InlineData("3.20×10¹⁵", "lm-eval/one", "one 41.25 3.20×10¹⁵")]
    [InlineData("-0.3", "lm-eval/two", "two 1,141.2 −0.3")]
    public void The_nearest_links_are_its_sources(string number, string stage, string text)
    {
        var place = Assert.Single(Find(number));
        Assert.Equal(("Results", text), (place.Section, place.Text));
        Assert.Equal([stage], place.Stages);
    }

    [Theory]
    [InlineData("1.2")]
    [InlineData("141.2")]
    [InlineData("41.255")]
    public void Part_of_a_number_is_no_number(string number) => Assert.Empty(Find(number));

    private static IReadOnlyList<ReportPlace> Find(string number) =>
        ReportPlace.Find(new MemoryStream(Encoding.UTF8.GetBytes(Page)), number);
}
