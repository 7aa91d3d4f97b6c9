using System.Diagnostics;
using Composer.Core;
using Composer.Core.Code;
using Composer.Search;
using Composer.Search.Strategies;

namespace Composer.Bench.Search;

/// <summary>A family of problems with a budget, and what others have published of it.</summary>
/// <param name="Name">In tables and file names.</param>
/// <param name="Trials">Evaluations of one run.</param>
/// <param name="Create">The instance of a seed.</param>
/// <param name="Published">Means by method at this budget, with their source.</param>
/// <param name="Goal">The mean to reach at the end; null where there is none.</param>
internal sealed record SearchBenchmark(
    string Name,
    int Trials,
    Func<Seed, SearchProblem> Create,
    IReadOnlyList<PublishedFigure> Published,
    double? Goal = null)
{
    /// <summary>Random trials before a surrogate proposes, as in what is published.</summary>
    public const int InitialTrials = 20;

    /// <summary>Every benchmark.</summary>
    public static IReadOnlyList<SearchBenchmark> All { get; } =
    [
        new("contamination-0", 270, seed => new ContaminationControl(0, seed), Figures(21.912, 21.633, 21.470, 21.275, 21.236), 21.33),
        new("contamination-1e-4", 270, seed => new ContaminationControl(1e-4, seed), []),
        new("contamination-0.01", 270, seed => new ContaminationControl(.01, seed), Figures(22.066, 21.776, 21.612, 21.444, 21.392), 21.50),
        new("ising-1e-4", 170, seed => new IsingSparsification(1e-4, seed), Figures(.982, .354, null, .081, .0021), .13),
        new("ising-0.01", 170, seed => new IsingSparsification(.01, seed), Figures(1.133, .591, null, .317, .1841), .30),
        new("layer-orders-16", 100, seed => new LayerOrderLandscape(16, seed), Measured(1.15, .66, .58, .06), .10),
        new("motif-16", 100, seed => new MotifLandscape(16, seed), []),
        new("nk-16", 100, seed => new NkLandscape(16, 3, seed), Measured(1.37, 1.28, .93, .29)),
        new("six-primitives-5", 80, seed => new SymbolLandscape(5, Six, seed), []),
        new("six-primitives-6", 120, seed => new SymbolLandscape(6, Six, seed), []),
        new("seven-primitives-6", 120, seed => new SymbolLandscape(6, Six + "W", seed), []),
        new("nk-six-primitives-5", 80, seed => new NkLandscape(5, 2, seed, Six), []),
        new("labs-16", 100, _ => new LowAutocorrelation(16), [new("optimum", 24)]),
        new("labs-20", 150, _ => new LowAutocorrelation(20), [new("optimum", 26)]),
        new("labs-24", 150, _ => new LowAutocorrelation(24), [new("optimum", 36)]),
    ];

    /// <summary>Symbols of six primitives.</summary>
    private const string Six = "ACEGMS";

    /// <summary>Not a search but the best of all orders, where it can be computed (<see cref="ISolvedProblem"/>).</summary>
    public const string Optimum = "optimum";

    /// <summary>What is compared, by name.</summary>
    public static IReadOnlyList<string> Methods { get; } = ["bayesian", "random", "tpe", "local-search", Optimum];

    /// <summary>Whether the best hundredth of the space is known.</summary>
    public bool KnowsTopPercent => Create(default) is EnumeratedProblem;

    /// <summary>Whether a method can be run here.</summary>
    /// <param name="method">One of <see cref="Methods"/>.</param>
    public bool Offers(string method) => method != Optimum || Create(default) is ISolvedProblem;

    /// <summary>One run: this method, one core, one trial after the other.</summary>
    /// <param name="method">One of <see cref="Methods"/> that is offered.</param>
    /// <param name="seed">Counted from 1: of instance, noise and search.</param>
    /// <param name="cancellation">Ends the run between two trials.</param>
    [CodeRoot("search-benchmark")]
    public SearchBenchmarkRun Run(string method, int seed, CancellationToken cancellation)
    {
        var root = new Seed((ulong)seed).Derive(Name);
        var problem = Create(root);
        if (method == Optimum)
        {
            return Solved(problem, seed, cancellation);
        }

        var strategy = Strategy(method);
        var study = new Study(problem.Space, root.Derive(method));
        var curve = new List<double>();
        int? reached = null;
        var (clock, best) = (new Stopwatch(), double.PositiveInfinity);
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            clock.Start();
            var suggested = strategy.Suggest(study, 1);
            clock.Stop();
            if (suggested.Count == 0)
            {
                break;
            }

            var order = suggested[0];
            study = study.Propose(suggested).Complete(study.Trials.Count, problem.Observe(order, root.Derive("noise")));
            var value = problem.Value(order);
            best = Math.Min(best, value);
            curve.Add(problem.Report(best));
            reached ??= problem.IsInTopPercent(value) == true ? curve.Count : null;
        }

        var chosen = problem.Report(problem.Value(study.Best!.Sequence));
        return new SearchBenchmarkRun(Name, method, seed, [.. curve], chosen, reached, clock.Elapsed.TotalSeconds);
    }

    private SearchBenchmarkRun Solved(SearchProblem problem, int seed, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        var least = problem.Report(problem.Value(((ISolvedProblem)problem).Optimum(cancellation)));
        return new SearchBenchmarkRun(Name, Optimum, seed, [least], least, null, clock.Elapsed.TotalSeconds);
    }

    private ISearchStrategy Strategy(string method) => method switch
    {
        "bayesian" => new BayesianSearch(Trials, InitialTrials),
        "random" => new RandomSearch(Trials),
        "tpe" => new TreeParzenSearch(Trials, InitialTrials),
        "local-search" => new LocalSearch(Trials),
        _ => throw new ArgumentException($"No method '{method}'; there are {string.Join(", ", Methods)}.", nameof(method)),
    };

    /// <summary>COMBO's paper (Oh et al. 2019) for the first four; the optimum of its instances is ours.</summary>
    private static IReadOnlyList<PublishedFigure> Figures(double random, double tpe, double? annealing, double combo, double optimum) =>
    [
        new("random", random),
        new("TPE", tpe),
        .. annealing is { } value ? (PublishedFigure[])[new("simulated annealing", value)] : [],
        new("COMBO", combo),
        new("optimum", optimum),
    ];

    /// <summary>Of a prototype of this search over 12 seeds.</summary>
    private static IReadOnlyList<PublishedFigure> Measured(double random, double tpe, double climbing, double choice) =>
        [new("random", random), new("TPE", tpe), new("hill climbing", climbing), new("prototype", choice)];
}
