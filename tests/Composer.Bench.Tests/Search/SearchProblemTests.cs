using Composer.Architecture;
using Composer.Bench.Search;
using Composer.Core;

namespace Composer.Bench.Tests.Search;

public class SearchProblemTests
{
    /// <summary>Known optima (Packebusch and Mertens 2016); 24 of the 2¹⁶ is the least by enumeration.</summary>
    [Fact]
    public void Energy_of_a_sequence_and_its_least_are_the_known_ones()
    {
        Assert.Equal(1 + 4 + 1, new LowAutocorrelation(4).Value(LayerSequence.Parse("AAMM")) + 0.0, 0);
        var problem = new LowAutocorrelation(16);
        Assert.Equal(24, problem.Space.Allowed().Min(problem.Value));
    }

    [Fact]
    public void Keeping_every_interaction_costs_only_the_penalty()
    {
        var problem = new IsingSparsification(.01, new Seed(4));
        Assert.Equal(24 * .01, problem.Value(LayerSequence.FromSymbols(new string('M', 24))), 1e-9);
    }

    /// <summary>KL ≥ 0, and dropping one edge more never brings back what was lost on independent parts.</summary>
    [Fact]
    public void Divergence_is_never_negative()
    {
        var problem = new IsingSparsification(0, new Seed(5));
        var rng = new Rng(new Seed(6));
        for (var i = 0; i < 40; i++)
        {
            Assert.True(problem.Value(problem.Space.At(rng.NextInt(1 << 24))) > -1e-9);
        }

        // Without any interaction q is uniform: KL = 16 ln 2 − H(p), at most 16 ln 2.
        Assert.InRange(problem.Value(LayerSequence.FromSymbols(new string('A', 24))), 0, 16 * Math.Log(2));
    }

    /// <summary>
    /// Preventing everywhere costs 25 and keeps contamination low: between 25 − 25·.05 and 25. Doing nothing
    /// lets it rise: 25·.95 less what is still below at the first stages.
    /// </summary>
    [Fact]
    public void Contamination_is_bounded_by_doing_all_and_nothing()
    {
        var problem = new ContaminationControl(0, new Seed(3));
        Assert.InRange(problem.Value(LayerSequence.FromSymbols(new string('M', 25))), 23.7499, 24.5);
        Assert.InRange(problem.Value(LayerSequence.FromSymbols(new string('A', 25))), 21, 23.7499);
        var one = LayerSequence.FromSymbols("M" + new string('A', 24));
        Assert.Equal(.01, new ContaminationControl(.01, new Seed(3)).Value(one) - problem.Value(one), 1e-12);
    }

    [Fact]
    public void Landscape_knows_its_minimum_and_its_best_hundredth()
    {
        EnumeratedProblem[] problems =
        [
            new LayerOrderLandscape(9, new Seed(1)), new NkLandscape(9, 3, new Seed(1)), new MotifLandscape(9, new Seed(1)),
            new SymbolLandscape(4, "ACEGS", new Seed(1)), new NkLandscape(4, 2, new Seed(1), "ACEGS"),
        ];
        foreach (var problem in problems)
        {
            double[] values = [.. problem.Space.Allowed().Select(problem.Value)];
            Assert.Equal(0, problem.Report(values.Min()));
            Assert.InRange(values.Count(value => problem.IsInTopPercent(value) == true), 5, 8);
            Assert.Equal(1, Math.Sqrt(values.Average(value => Math.Pow((value - values.Average()) / problem.Deviation, 2))), 1e-9);
        }
    }

    /// <summary>Neither what a search comes to nor any order one or two exchanges away.</summary>
    [Theory]
    [InlineData("ising-0.01")]
    [InlineData("contamination-0.01")]
    public void No_order_is_better_than_the_optimum(string name)
    {
        var benchmark = SearchBenchmark.All.Single(b => b.Name == name);
        var problem = benchmark.Create(new Seed(2).Derive(name));
        var text = ((ISolvedProblem)problem).Optimum(CancellationToken.None).ToString().ToCharArray();
        var optimum = problem.Value(LayerSequence.FromSymbols(text));
        var found = new SearchBenchmark(name, 150, benchmark.Create, []).Run("local-search", 2, CancellationToken.None);
        Assert.True(found.Best[^1] >= optimum - 1e-9);
        for (var (i, n) = (0, text.Length); i < n; i++)
        {
            for (var k = i; k < n; k++)
            {
                char[] changed = [.. text];
                changed[i] = changed[i] == 'M' ? 'A' : 'M';
                changed[k] = k == i ? changed[k] : changed[k] == 'M' ? 'A' : 'M';
                Assert.True(problem.Value(LayerSequence.FromSymbols(new string(changed))) >= optimum - 1e-9);
            }
        }
    }

    /// <summary>
    /// All 2²⁴ subsets are visited: where edges cost more than all they explain, none is kept, and where they cost nothing, all.
    /// </summary>
    [Fact]
    public void Optimum_of_sparsification_follows_the_penalty()
    {
        Assert.Equal(new string('A', 24), new IsingSparsification(100, new Seed(5)).Optimum(CancellationToken.None).ToString());

        var free = new SearchBenchmark("free", 1, seed => new IsingSparsification(0, seed), []);
        Assert.Equal(0, free.Run(SearchBenchmark.Optimum, 5, CancellationToken.None).Best.Single(), 1e-9);
    }

    [Fact]
    public void Regret_is_paired_with_the_optimum_of_the_same_seed()
    {
        SearchBenchmarkRun Of(int seed, double best) => new("p", "m", seed, [best], best, null, 1);
        var summary = SearchBenchmarkSummary.Of([Of(1, 5), Of(2, 8)], false, new Dictionary<int, double> { [1] = 4, [2] = 7 });
        Assert.Equal((1.0, 0.0), (summary.Regret, summary.RegretError));
        Assert.Null(SearchBenchmarkSummary.Of([Of(1, 5), Of(3, 8)], false, new Dictionary<int, double> { [1] = 4 }).Regret);
    }

    [Fact]
    public void Run_is_a_function_of_its_seed()
    {
        var benchmark = new SearchBenchmark("small", 25, seed => new LayerOrderLandscape(7, seed), []);
        foreach (var method in SearchBenchmark.Methods.Where(benchmark.Offers))
        {
            var run = benchmark.Run(method, 3, CancellationToken.None);
            Assert.Equal(run.Best, benchmark.Run(method, 3, CancellationToken.None).Best);
            Assert.Equal(25, run.Best.Count);
            Assert.Equal(run.Best.Order().Reverse(), run.Best);
        }
    }

    [Fact]
    public void Results_are_found_again_by_the_same_code_alone()
    {
        var folder = Directory.CreateTempSubdirectory("composer-bench-").FullName;
        try
        {
            var run = new SearchBenchmarkRun("p", "random", 2, [2, 1.5], 1.5, null, .25);
            new SearchBenchmarkResults(folder, "one").Add(run);
            Assert.Equal(run.Best, new SearchBenchmarkResults(folder, "one").Find("p", "random", 2)!.Best);
            Assert.Null(new SearchBenchmarkResults(folder, "one").Find("p", "random", 1));
            Assert.Null(new SearchBenchmarkResults(folder, "two").Find("p", "random", 2));
            Assert.NotNull(new SearchBenchmarkResults(folder, "two", anyCode: true).Find("p", "random", 2));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
