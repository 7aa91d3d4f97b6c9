using Composer.Architecture;
using Composer.Architecture.Aggregation;
using Composer.Architecture.Costs;
using Composer.Architecture.Presets;
using Composer.Core;
using Composer.Mad.Scoring;
using Composer.Search;
using Composer.Search.Analysis;
using Composer.Search.Confirmation;
using Composer.Stages.Aggregate;
using Composer.Stages.Extrapolate;
using Composer.Stages.Efficiency;
using Composer.Stages.LmEval;
using Composer.Stages.Pretrain;
using Composer.Stages.Report;
using Composer.Stages.Search;

namespace Composer.Reporting.Tests;

/// <summary>Builds a report's content with synthetic numbers that look like an experiment's.</summary>
internal sealed class SampleReport
{
    private static readonly string[] MadTasks =
        ["in-context-recall", "noisy-in-context-recall", "fuzzy-in-context-recall", "selective-copying", "compression", "memorization"];

    private readonly Rng random = new(new Seed(17));

    public string Name { get; set; } = "quickstart";

    public int Trials { get; set; } = 60;

    public int FailedTrials { get; set; } = 2;

    public int Layers { get; set; } = 6;

    public string[] Primitives { get; set; } = ["A", "M"];

    public string Large { get; set; } = "AAMMMMAAMMMMAMM";

    public int CurvePoints { get; set; } = 400;

    public string[] Variants { get; set; } = ["composite"];

    public (string Name, string Layers)[] Baselines { get; set; } =
        [("llama-3.2", "AMAMAMAMAMAMAMAM"), ("sandwich", "AAAAAMAMAMAMMMMM"), ("striped-1:2", "AMMAMMAMMAMMAMM")];

    public string[] Points { get; set; } = [""];

    public string[] Tasks { get; set; } = ["what_happened", "who_has_it", "what_comes_next"];

    /// <summary>Of each training; their scores lie 0.01 apart, around the mean.</summary>
    public int Repetitions { get; set; } = 1;

    /// <summary>Trainings of each model; their losses lie 0.01 apart, or 0.004 of what was found.</summary>
    public int Trainings { get; set; } = 1;

    /// <summary>Whether candidates and models were tested beyond the length of their training.</summary>
    public bool Lengths { get; set; }

    public bool Votes { get; set; } = true;

    /// <summary>An order that was proposed and not taken; null for an order that was taken as it came.</summary>
    public string? Proposed { get; set; }

    public ReportContent Build()
    {
        var points = Points.Select((label, i) => Point(label, i)).ToList();
        var stages = points
            .SelectMany(p => p.Searches.SelectMany(s => new[] { s.SearchStage, s.AggregateStage, s.ExtrapolateStage })
                .Concat(p.Models.SelectMany(
                    m => m.Runs.SelectMany(r => new[] { r.PretrainStage, r.LmEvalStage }).Append(m.EfficiencyStage))))
            .Distinct();
        return new ReportContent
        {
            Experiment = Name,
            Description = "Searches six-layer orders on the synthetic tasks, scales the best and trains it beside three baselines.",
            Profile = "smoke",
            Seed = 17,
            Version = "0.1.0",
            Points = points,
            Provenance = [.. stages.Select((s, i) => Provenance(s, i))],
            Settings =
            [
                new("name", $"\"{Name}\""),
                new("seed", "17"),
                new("search.strategy", "\"one-shot\"", true),
                new("search.layers", "6", true),
                new("search.trials", "60"), new("search.primitives", "[\"A\", \"M\"]", true),
                new("search.model", "{ dim = 64, heads = 4, kv_heads = 4, hidden = 172 }"),
                new("evaluate.tasks", "[" + string.Join(", ", MadTasks.Select(t => $"\"{t}\"")) + "]", true),
                new("evaluate.epochs", "8"),
                new("evaluate.learning_rates", "[0.0005, 0.001]"),
                new("evaluate.weight_decays", "[0.0, 0.1]", true),
                new("aggregate.clusters", "5", true), new("aggregate.condition", "0", true), new("extrapolate.method", "\"stack\"", true),
                new("pretrain.corpus", "\"stories\"", true), new("pretrain.tokens", "2000000"), new("lm-eval.tasks", "[\"what_happened\"]"),
            ],
        };
    }

    /// <summary>Further trainings of a model, whose losses lie so much above the first's.</summary>
    public static IReadOnlyList<ReportRun> Further(ReportModel model, params IReadOnlyList<double> above) =>
    [
        .. above.Select((d, i) => new ReportRun(
            i + 1,
            model.Pretrain with
            {
                ValidationLoss = model.Pretrain.ValidationLoss + d,
                Validation = [.. model.Pretrain.Validation.Select(p => p with { Loss = p.Loss + d })],
            },
            $"{model.PretrainStage}/{i + 1}")
        {
            Timings = model.Timings,
            LmEval = model.LmEval,
            LmEvalStage = $"{model.LmEvalStage}/{i + 1}",
        }),
    ];

    private static ReportProvenance Provenance(string stage, int index) => new(
        stage,
        stage.Split(' ')[0],
        Digest.Of("key " + stage),
        Digest.Of("output " + stage),
        new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.Zero).AddMinutes(index),
        12.5 + 31 * index,
        "builder-01",
        [new("kind", stage.Split(' ')[0]), new("seed", "17"), new("code", Digest.Of("code").ToString())]);

    /// <summary>Primitives that the registry doesn't have cost what M costs.</summary>
    private static ArchitectureOutput Costed(string layers) =>
        ArchitectureOutput.Of(LayerSequence.FromSymbols(layers.Select(c => c == 'A' ? 'A' : 'M')), new ModelShape(128, 8, 4, 344)) with
        {
            Architecture = LayerSequence.FromSymbols(layers),
            Notation = LayerSequence.FromSymbols(layers).Notation,
        };

    private ReportPoint Point(string label, int index)
    {
        var suffix = index == 0 ? "" : $" #{index + 1}";
        var searches = Variants.Select(v => Search(v, suffix)).ToList();
        return new ReportPoint
        {
            Label = label,
            Axes = [.. label.Split(", ").Where(a => a.Contains('=')).Select(a => a.Split('=')).Select(a => new SweptValue(a[0], a[1]))],
            Searches = searches,
            Models =
            [
                .. searches.Select((s, i) => Model(s.Name, false, s.Architecture!, 2.13 + .012 * i - .2 * index, suffix))
                    .Concat(Baselines.Select((b, i) => Model(b.Name, true, Costed(b.Layers), 2.17 + .02 * i - .18 * index, suffix)))
                    .Select((m, i) => AtGrid(m, i, label))
                    .Select(m => m with
                    {
                        Repetitions = Further(m, [.. Enumerable.Range(1, Trainings - 1).Select(r => r * (m.IsBaseline ? .01 : .004))]),
                    }),
            ],
        };
    }

    /// <summary>At a point of sizes and budgets as large, and with a loss that is lowest at 2 · C^.45 parameters.</summary>
    private static ReportModel AtGrid(ReportModel model, int index, string label)
    {
        var axes = label.Split(", ").Select(a => a.Split('=')).Where(a => a.Length == 2)
            .ToDictionary(a => a[0], a => a[1], StringComparer.Ordinal);
        if (!axes.TryGetValue("extrapolate.size", out var size) || !axes.TryGetValue("pretrain.flops", out var budget))
        {
            return model;
        }

        var (n, c) = (ModelSize.Parse(size).Parameters, double.Parse(budget, System.Globalization.CultureInfo.InvariantCulture));
        var loss = (9 * Math.Pow(c, -.05)) + (.03 * Math.Pow(Math.Log(n / (2 * Math.Pow(c, .45))) - (.3 * index), 2)) + (.01 * index);
        return model with { Pretrain = model.Pretrain with { Parameters = n, Flops = c, ValidationLoss = loss } };
    }

    private ReportSearch Search(string name, string suffix)
    {
        var trials = Enumerable.Range(0, Trials).Select(Trial).ToList();
        var scored = trials.Where(t => t.Score is not null).OrderBy(t => t.Score).ToList();
        var clusters = scored.Select((t, i) => (t, Cluster: i * i * 5 / Math.Max(1, scored.Count * scored.Count)))
            .GroupBy(t => t.Cluster)
            .Select(g => new ClusterOutput(g.Average(t => t.t.Score!.Value), [.. g.Select(t => t.t.Layers)]))
            .ToList();
        var small = LayerSequence.FromSymbols(Large[..Math.Min(Layers, Large.Length)]);
        return new ReportSearch
        {
            Name = name,
            Search = new SearchOutput
            {
                Strategy = SearchStrategy.OneShot,
                Layers = Layers,
                Primitives = Primitives,
                Objective = ScoreObjective.Accuracy,
                Score = ScoreEpoch.Last,
                Trials = trials,
                Result = [.. scored.Select(t => t.Number)],
            },
            Analysis = scored.Count > 1 && Primitives.Length == 2 ? Analyse(scored) : null,
            Aggregate = new AggregateOutput
            {
                Architecture = small,
                Notation = small.Notation,
                Clusters = clusters,
                Positions = Votes && clusters.Count > 0 ? [.. small.Select((c, p) => Vote(c, p, clusters[0]))] : [],
                Readings = Proposed is null || clusters.Count == 0 ? [] :
                [
                    new ReadingOutput(
                        Votes ? "N_0" : "p100",
                        true,
                        new ConfirmedOrderOutput(LayerSequence.FromSymbols(Proposed), scored.Count, .61, [.58, .6, .62], .6, []),
                        small,
                        ConfirmationVerdict.Worse),
                    new ReadingOutput(
                        "N_1", false, new ConfirmedOrderOutput(small, 2, .27, [.29, .3, .31], .3, []), small, ConfirmationVerdict.Best),
                    new ReadingOutput(
                        "posterior", false, new ConfirmedOrderOutput(clusters[0].Members[0], 1, .25, [], null, []), null, null),
                ],
                Confirmation = Proposed is null || clusters.Count == 0 ? null : new ConfirmationOutput(
                    ConfirmationVerdict.Worse,
                    .0128,
                    .3,
                    [
                        new ConfirmedOrderOutput(LayerSequence.FromSymbols(Proposed), scored.Count, .61, [.58, .6, .62], .6, []),
                        new ConfirmedOrderOutput(small, 2, .27, [.29, .3, .31], .3, []),
                        new ConfirmedOrderOutput(
                            LayerSequence.FromSymbols([.. small.SkipLast(1), 'A']), null, null, [.33, null, .35], null, []),
                    ]),
            },
            Architecture = Costed(Large) with
            {
                Small = small,
                Explanation = "Stacking: s = M/m = 1.0 M / 0.4 M = 5/2; two copies, then each group of h layers as ⌈1/2·h⌉.",
                Warning = "The result has 8 % more parameters than the target size.",
            },
            SearchStage = $"search {name}{suffix}",
            AggregateStage = $"aggregate {name}{suffix}",
            ExtrapolateStage = $"extrapolate {name}{suffix}",
        };
    }

    private StudyAnalysis? Analyse(IEnumerable<TrialOutput> scored) => StudyAnalysis.Of(
        new Study(new SearchSpace(Layers, Primitives.Select(p => p[0])), new Seed(17)),
        [
            .. scored.GroupBy(t => t.Layers).Select(g => g.First()).OrderBy(t => t.Number)
                .Select(t => new Trial(t.Number, t.Layers, TrialStatus.Complete, t.Score)),
        ]);

    private PositionOutput Vote(char chosen, int position, ClusterOutput cluster)
    {
        var members = cluster.Members.Where(m => m.Count > position).ToList();
        if (position == 2)
        {
            return new PositionOutput(
                chosen.ToString(),
                [new VoteOutput("A", members.Count / 2, .2614), new VoteOutput("M", members.Count / 2, .2581)],
                TieBreak.MeanScore);
        }

        var votes = members.GroupBy(m => m[position])
            .OrderBy(g => g.Key)
            .Select(g => new VoteOutput(g.Key.ToString(), g.Count(), g.Key == chosen ? .2513 : .2874))
            .ToList();
        return new PositionOutput(chosen.ToString(), votes, TieBreak.None);
    }

    private TrialOutput Trial(int number)
    {
        // The wish for attention in front and MLPs behind grows over the trials, as under a search.
        var focus = .5 + .42 * number / Math.Max(1, Trials);
        var layers = string.Concat(Enumerable.Range(0, Layers).Select(
            p => random.NextBool(focus)
                ? (p < Layers / 3 ? Primitives[0] : Primitives[1 % Primitives.Length])
                : Primitives[random.NextInt(Primitives.Length)]));
        var wrong = layers.Select((c, p) => c == (p < Layers / 3 ? 'A' : 'M') ? 0 : 1).Sum();
        var failed = FailedTrials >= Trials || number >= 3 && number < 3 + FailedTrials;
        var scores = MadTasks.Select(
            t => Math.Round(.16 + .07 * wrong + .05 * random.NextDouble() + .02 * Array.IndexOf(MadTasks, t), 6)).ToList();
        return new TrialOutput
        {
            Number = number,
            Layers = LayerSequence.FromSymbols(layers),
            Score = failed ? null : scores.Average(),
            Flops = 1000 * layers.Sum(c => c - '@'),
            KvCache = Primitives.Length == 2 ? 256 * layers.Count(c => c == 'A') : 0,
            Failure = failed ? "compression: the loss is not finite" : null,
            Tasks = failed ? [] : [.. MadTasks.Select((t, i) => new TaskOutput(t, scores[i], i % 2 == 0 ? 1e-3 : 5e-4, .1)
            {
                Lengths = Lengths
                    ? [.. new[] { 32, 64, 128 }.Select((n, j) => new LengthScore(n, scores[i] + (.1 * j), .9 - (.2 * j)))]
                    : null,
                Repetitions = Repetitions < 2 ? null : [.. Enumerable.Range(0, Repetitions).Select(r => scores[i] + (.01 * (r - ((Repetitions - 1) / 2.0))))],
            })],
            Evaluations = [Digest.Of($"evaluation {number}")],
        };
    }

    private ReportModel Model(string name, bool isBaseline, ArchitectureOutput architecture, double loss, string suffix)
    {
        const long Tokens = 2_000_000;
        var curve = Enumerable.Range(1, CurvePoints).Select(i => Loss(i, CurvePoints, Tokens, loss, .09)).ToList();
        var every = Math.Max(1, CurvePoints / 20);
        List<LossPoint> validation =
        [
            .. Enumerable.Range(1, CurvePoints / every).Select(i => Loss(i * every, CurvePoints, Tokens, loss, .006)),
        ];
        validation[^1] = validation[^1] with { Loss = loss };
        var latency = .0006 + .00007 * architecture.Architecture.Count(c => c == 'A');
        return new ReportModel
        {
            Name = name,
            IsBaseline = isBaseline,
            Architecture = architecture,
            Pretrain = new PretrainOutput
            {
                Architecture = architecture.Architecture,
                Parameters = architecture.LayerParameters + 512 * 128,
                Vocabulary = 512,
                Steps = 1000,
                Tokens = Tokens,
                Flops = 6.0 * Tokens * architecture.LayerParameters,
                FlopsPerToken = 6 * architecture.LayerParameters,
                FlopCount = FlopCount.Corrected,
                ValidationLoss = loss,
                ValidationTokens = 40_000,
                Curve = curve,
                Validation = validation,
            },
            Timings = new PretrainSpeed { Seconds = 61, TokensPerSecond = 32_640, FlopsPerSecond = 4e10, Threads = 2, ResumedFromStep = 0 },
            LmEval = new LmEvalOutput
            {
                Shots = 0,
                Lengths = Lengths
                    ? new LengthOutput(
                        256,
                        20_480,
                        [new(256, loss, null, null, null), new(1024, loss + .25, loss + .5, .25, .0125)],
                        [.. Enumerable.Range(0, 32).Select(i => new LengthPosition(32 * i, 32 * (i + 1), loss + (i < 4 ? .5 - (.1 * i) : .02 * i)))])
                    : null,
                Tasks =
                [
                    .. Tasks.Select((t, i) => new TaskAccuracy
                    {
                        Task = t,
                        Questions = 400,
                        Accuracy = .46 + .1 * i - (isBaseline ? .03 : 0) + .02 * random.NextDouble(),
                        AccuracyStandardError = .0245,
                        NormalizedAccuracy = i == 0 ? .512 : null,
                        NormalizedAccuracyStandardError = i == 0 ? .025 : null,
                        Chance = .25,
                    }),
                ],
            },
            Efficiency = new ModelTimings(
                new TimedModel(architecture.Architecture, 512, architecture.Shape),
                [
                    .. new[] { 64, 128, 256, 512 }.Select(n => (Length: n, Latency: latency * (1 + n / 700.0))).Select(
                        at => new EfficiencyPoint(
                            at.Length,
                            2 * architecture.KvBytesPerToken,
                            21_400,
                            1 / at.Latency,
                            at.Latency,
                            [.. new[] { 1.03, 1, .99, 1.01, .98 }.Select(r => r * at.Latency)])),
                ])
            {
                Training = new TrainingTimings(1024, 256, 1024 / (40 * latency), 40 * latency, [39 * latency, 40 * latency, 42 * latency]),
            },
            TimedThreads = 2,
            PretrainStage = $"pretrain {name}{suffix}",
            LmEvalStage = $"lm-eval {name}{suffix}",
            EfficiencyStage = $"efficiency{suffix}",
        };
    }

    private LossPoint Loss(int i, int count, long tokens, double last, double noise)
    {
        var progress = (double)i / count;
        var decay = 3.9 * Math.Exp(-11 * progress) + .55 * (1 - progress);
        return new LossPoint(
            1000L * i / count, (long)(tokens * progress), last + decay + noise * random.NextGaussian() * (1 - .5 * progress));
    }
}
