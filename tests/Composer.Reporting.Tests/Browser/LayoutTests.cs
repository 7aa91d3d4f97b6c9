using System.Text.Json.Nodes;

namespace Composer.Reporting.Tests.Browser;

/// <summary>Every odd report on a phone and on a desk: no part is wider than the page, and no two texts of a plot overlap.</summary>
public sealed class LayoutTests
{
    private static readonly Lazy<IReadOnlyList<byte[]>> Pages =
        new(() => [.. OddReports.All.Select(r => new HtmlReportRenderer().Render(r.Build()))]);

    [Theory]
    [InlineData(390)]
    [InlineData(1400)]
    public void Nothing_overlaps_or_is_wider_than_the_page(int width)
    {
        var pages = Pages.Value;

        var measured = JsonNode.Parse(Chromium.Measure(pages, width))!.AsArray();

        Assert.Equal(pages.Count, measured.Count);
        var problems = measured.SelectMany((m, i) => m!["problems"]!.AsArray().Select(p => $"report {i}: {p}")).ToList();
        Assert.True(problems.Count == 0, string.Join(Environment.NewLine, problems.Take(40)));
        Assert.All(measured, m =>
        {
            Assert.InRange(m!["width"]!.GetValue<int>(), 1, width);

            // Every plot and every table can be saved.
            Assert.Equal(m["figures"]!.GetValue<int>(), m["svg"]!.GetValue<int>());
            Assert.True(m["csv"]!.GetValue<int>() >= m["tables"]!.GetValue<int>() + m["figures"]!.GetValue<int>());
            Assert.Equal(0, m["wrong"]!.GetValue<int>());
        });
    }
}
