using System.Globalization;
using Composer.Core;
using Composer.Reporting.Data;
using Composer.Reporting.IsoFlops;
using Composer.Stages.Report;

namespace Composer.Reporting.Tests.IsoFlops;

/// <summary>Grids of losses whose laws are known, since the losses were made by them.</summary>
public sealed class IsoFlopTests
{
    private static readonly double[] Sizes = [1e6, 3e6, 1e7, 3e7];
    private static readonly double[] Budgets = [1e13, 1e14, 1e15];

    /// <summary>L = 9 · C^−.05 + .03 · (ln N − ln(2 · C^.45))²: lowest at 1.4, 4.0 and 11.2 M at the three budgets.</summary>
    private static double LossOf(double parameters, double flops) =>
        (9 * Math.Pow(flops, -.05)) + (.03 * Math.Pow(Math.Log(parameters / (2 * Math.Pow(flops, .45))), 2));

    [Fact]
    public void Minima_and_exponents_are_those_that_the_losses_were_made_by()
    {
        var grid = Assert.Single(IsoFlopGrid.Of(Groups(LossOf)));
        var curves = grid.CurvesOf("composite");

        Assert.Equal(Budgets, curves.Select(c => Math.Round(c.Flops / 1e9) * 1e9));
        Assert.All(curves, c => Assert.Equal(IsoFlopMinimum.Inside, c.Minimum));
        Assert.All(curves, c => Assert.Equal(2 * Math.Pow(c.Flops, .45), c.Optimum!.Value, 1e-6 * c.Optimum.Value));
        Assert.All(curves, c => Assert.Equal(9 * Math.Pow(c.Flops, -.05), c.Fit!.Value.Lowest, 1e-9));
        var laws = IsoFlopLaws.Of(curves, new Seed(1));
        Assert.Equal(-.05, laws.Loss!.Value.Slope, 1e-9);
        Assert.Equal(.45, laws.Optimum!.Value.Slope, 1e-9);
        Assert.Equal(3, laws.Minima.Count);
        Assert.Null(laws.LossInterval);
    }

    /// <summary>Lowest beyond the largest size at the largest budget: it is said, and no law rests on it.</summary>
    [Fact]
    public void A_minimum_outside_the_measured_sizes_is_said_to_be_outside_and_enters_no_law()
    {
        var groups = Groups((n, c) => LossOf(c > 1e14 ? n / 3 : c < 1e14 ? n * 9 : n, c));
        var curves = Assert.Single(IsoFlopGrid.Of(groups)).CurvesOf("composite");

        Assert.Equal([IsoFlopMinimum.Below, IsoFlopMinimum.Inside, IsoFlopMinimum.Above], curves.Select(c => c.Minimum));
        Assert.Equal([true, false, true], curves.Select(c => c.Optimum is null));
        var laws = IsoFlopLaws.Of(curves, new Seed(1));
        Assert.Equal(1e14, Assert.Single(laws.Minima).Flops, 1e6);
        Assert.Null(laws.Loss);
        var page = ReportDocument.Of(Content(Groups((n, c) => LossOf(c > 1e14 ? n / 3 : n, c)))).Section("isoflop").Value;
        Assert.Contains("outside, above 30.0 M", page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_curve_that_opens_downwards_has_no_minimum_and_a_model_of_one_size_is_not_fitted()
    {
        var curves = Assert.Single(IsoFlopGrid.Of(Groups((n, c) => 5 - LossOf(n, c)))).CurvesOf("composite");
        Assert.All(curves, c => Assert.Equal(IsoFlopMinimum.None, c.Minimum));

        // A baseline that is given by its layers is as large at each size of the sweep.
        var baseline = Assert.Single(IsoFlopGrid.Of(Groups(LossOf))).CurvesOf("llama-3.2");
        Assert.All(baseline, c => Assert.Equal((IsoFlopMinimum.TooFewSizes, 1), (c.Minimum, c.Points.Count)));
    }

    /// <summary>Repetitions whose minima move alike: the exponent of each is .45 and .47, so the interval spans these.</summary>
    [Fact]
    public void Intervals_are_of_the_laws_over_repetitions_and_the_same_every_time()
    {
        Func<double, double, double> other = (n, c) => LossOf(n / Math.Pow(c / 1e14, .02), c);
        var curves = Assert.Single(IsoFlopGrid.Of(Groups(LossOf, other))).CurvesOf("composite");
        var laws = IsoFlopLaws.Of(curves, new Seed(1));

        Assert.Equal(.46, laws.Optimum!.Value.Slope, 1e-6);
        Assert.Equal(.45, laws.OptimumInterval!.Value.Low, 1e-6);
        Assert.Equal(.47, laws.OptimumInterval.Value.High, 1e-6);
        Assert.True(laws.LossInterval!.Value.Low <= laws.Loss!.Value.Slope && laws.Loss.Value.Slope <= laws.LossInterval.Value.High);
        Assert.Equal(laws.LossInterval, IsoFlopLaws.Of(curves, new Seed(1)).LossInterval);
    }

    [Theory]
    [InlineData(2, 3)]
    [InlineData(3, 2)]
    public void Fewer_than_three_sizes_or_budgets_are_no_grid(int sizes, int budgets) =>
        Assert.Empty(IsoFlopGrid.Of([.. Groups(LossOf).Where(
            g => Array.IndexOf(Sizes, SizeOf(g)) < sizes && Array.IndexOf(Budgets, FlopsOf(g)) < budgets)]));

    [Fact]
    public void A_section_has_a_plot_for_each_model_two_of_laws_and_their_numbers()
    {
        var document = ReportDocument.Of(Content(Groups(LossOf)));

        var laws = Assert.Single(document.Table("How the minima move"), row => row[0] == "composite");
        Assert.StartsWith("−0.050", laws[2], StringComparison.Ordinal);
        Assert.StartsWith("0.450", laws[3], StringComparison.Ordinal);
        var titles = document.Svgs.Select(s => s.Elements().First(e => e.Name.LocalName == "title").Value).ToList();
        Assert.Contains("Validation loss of composite over parameters at equal FLOPs", titles);
        Assert.Contains("Lowest loss over budget", titles);
        Assert.Contains("Best size over budget", titles);
        Assert.DoesNotContain("isoflop", ReportDocument.Of(new SampleReport()).Source, StringComparison.Ordinal);
    }

    private static double SizeOf(PointGroup group) => double.Parse(group.Axes[0].Value, CultureInfo.InvariantCulture);

    private static double FlopsOf(PointGroup group) => double.Parse(group.Axes[1].Value, CultureInfo.InvariantCulture);

    private static ReportContent Content(IReadOnlyList<PointGroup> groups) =>
        new SampleReport { CurvePoints = 2 }.Build() with { Points = [.. groups.SelectMany(g => g.Points)] };

    /// <summary>A grid of points, each with trainings of these losses.</summary>
    private static IReadOnlyList<PointGroup> Groups(params Func<double, double, double>[] losses)
    {
        var model = new SampleReport { CurvePoints = 2 }.Build().Points[0].Models;
        return PointGroup.Of(
            from size in Sizes
            from flops in Budgets
            select new ReportPoint
            {
                Label = FormattableString.Invariant($"extrapolate.size={size}, pretrain.flops={flops}"),
                Axes =
                [
                    new SweptValue("extrapolate.size", size.ToString(CultureInfo.InvariantCulture)),
                    new SweptValue("pretrain.flops", flops.ToString(CultureInfo.InvariantCulture)),
                ],
                Searches = [],
                Models = [Trained(model[0], size, flops, losses), Trained(model.First(m => m.Name == "llama-3.2"), 5e6, flops, losses)],
            });
    }

    private static ReportModel Trained(ReportModel model, double size, double flops, Func<double, double, double>[] losses)
    {
        var runs = losses.Select((loss, i) => new ReportRun(
            i, model.Pretrain with { Parameters = (long)size, Flops = flops, ValidationLoss = loss(size, flops) }, "pretrain")).ToList();
        return model with { Pretrain = runs[0].Pretrain, Repetitions = runs[1..] };
    }
}
