using Composer.Reporting.Data;
using Composer.Reporting.Plots;
using Composer.Stages.Report;

namespace Composer.Reporting.Tests.Data;

public sealed class SweepAxisTests
{
    [Theory]
    [InlineData("1B 350M 3B", "350M 1B 3B", true)]
    [InlineData("4e20 2e19 1e20", "2e19 1e20 4e20", true)]
    [InlineData("1_000 200 30", "30 200 1_000", true)]
    [InlineData("0.5 -1 0", "-1 0 0.5", false)]
    [InlineData("12 10 11", "10 11 12", false)]
    public void Numbers_are_sorted_and_to_scale(string given, string sorted, bool isLogarithmic)
    {
        var axis = Assert.Single(SweepAxis.Of(Groups("a.b", given.Split(' '))));
        Assert.True(axis.IsNumeric);
        Assert.Equal(("a.b", sorted), (axis.Path, string.Join(' ', axis.Values)));
        Assert.Equal(isLogarithmic, axis.Scale is LogScale);
        var places = axis.Values.Select(v => axis.Scale.Map(axis.At(v))).ToList();
        Assert.Equal(places.Order(), places);
        Assert.All(axis.Values, v => Assert.Equal(v, axis.ValueAt(axis.At(v))));
        var (ratio, share) = isLogarithmic
            ? (Math.Log(axis.At(axis.Values[1]) / axis.At(axis.Values[0])) / Math.Log(axis.At(axis.Values[2]) / axis.At(axis.Values[0])), 1.0)
            : ((axis.At(axis.Values[1]) - axis.At(axis.Values[0])) / (axis.At(axis.Values[2]) - axis.At(axis.Values[0])), 1.0);
        Assert.Equal(ratio * share, (places[1] - places[0]) / (places[2] - places[0]), 9);
    }

    [Theory]
    [InlineData("stack stretch")]
    [InlineData("one 2")]
    [InlineData("1 1.0")]
    public void Other_values_keep_the_manifest_s_order(string given)
    {
        var axis = Assert.Single(SweepAxis.Of(Groups("a", given.Split(' '))));
        Assert.False(axis.IsNumeric);
        Assert.Equal(given, string.Join(' ', axis.Values));
    }

    [Fact]
    public void The_number_with_most_values_is_the_axis_and_what_does_not_vary_is_none()
    {
        ReportPoint[] points =
        [
            Point(("method", "stack"), ("size", "1B"), ("tokens", "10"), ("fixed", "1")),
            Point(("method", "stretch"), ("size", "3B"), ("tokens", "20"), ("fixed", "1")),
            Point(("method", "both"), ("size", "3B"), ("tokens", "30"), ("fixed", "1")),
        ];
        Assert.Equal(["tokens", "size", "method"], SweepAxis.Of(PointGroup.Of(points)).Select(a => a.Path));
    }

    [Fact]
    public void Points_that_differ_in_their_seed_alone_are_one_group()
    {
        var groups = PointGroup.Of([
            Point(("seed", "1"), ("size", "1B")), Point(("seed", "2"), ("size", "1B")), Point(("seed", "1"), ("size", "3B")), Point(("size", "3B")),
        ]);
        Assert.Equal([("size=1B", 2), ("size=3B", 1), ("size=3B", 1)], groups.Select(g => (g.Label, g.Points.Count)));
    }

    private static IReadOnlyList<PointGroup> Groups(string path, string[] values) => PointGroup.Of(values.Select(v => Point((path, v))));

    private static ReportPoint Point(params (string Path, string Value)[] axes) => new()
    {
        Label = string.Join(", ", axes.Select(a => $"{a.Path}={a.Value}")),
        Axes = [.. axes.Select(a => new SweptValue(a.Path, a.Value))],
        Searches = [],
        Models = [],
    };
}
