using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Composer.Architecture;
using Composer.Architecture.Aggregation;
using Composer.Architecture.Costs;
using Composer.Core;
using Composer.Core.Json;
using Composer.Pipeline.Jobs;
using Composer.Search.Confirmation;
using Composer.Stages.Aggregate;
using Composer.Stages.Efficiency;
using Composer.Stages.Extrapolate;
using Composer.Stages.Import;
using Composer.Stages.LmEval;
using Composer.Stages.Pretrain;
using Composer.Stages.Search;
using Composer.Stages.Tokenize;

namespace Composer.Stages.Tests.Outputs;

/// <summary>No number that is not finite is ever a result: each real number of each output, one after the other.</summary>
public sealed class FiniteOutputTests
{
    private static readonly LayerSequence Order = LayerSequence.Parse("AM");

    private static readonly TokenizedPartOutput Part = new(3, 300, 400, 500, 1.67, ["training-00000.bin"]);

    /// <summary>One of each output and of what lies beside them, with a value in every place that may hold one.</summary>
    private static readonly IReadOnlyList<object> Samples =
    [
        new SearchOutput
        {
            Strategy = Composer.Search.SearchStrategy.Random,
            Layers = 2,
            Primitives = ["A", "M"],
            Objective = default,
            Score = default,
            Trials =
            [
                new TrialOutput
                {
                    Number = 0,
                    Layers = Order,
                    Score = 1.5,
                    Variance = 0.1,
                    Predicted = 1.25,
                    KvCache = 2.5,
                    Tasks = [new TaskOutput("text", 1.5, 1e-3, 0.5)],
                    Evaluations = [],
                },
            ],
            Result = [0],
        },
        new SearchSavings
        {
            PlannedEpochs = 10,
            Epochs = 5,
            Saved = 0.5,
            StoppedLossless = 1,
            StoppedByWilcoxon = 1,
            CandidateTau = 0.25,
            SettingTau = 0.75,
        },
        new AggregateOutput
        {
            Architecture = Order,
            Notation = "1A+1M",
            Clusters = [new ClusterOutput(1.5, [Order])],
            Positions = [new PositionOutput("A", [new VoteOutput("A", 1, 1.5)], default(TieBreak))],
            Confirmation = new ConfirmationOutput(
                ConfirmationVerdict.Best, 0.5, 0.25, [new ConfirmedOrderOutput(Order, 1, 1.5, [1.5], 1.5, [])]),
        },
        ArchitectureOutput.Of(Order, new ModelShape(8, 2, 2, 8)),
        new TokenizeOutput
        {
            Tokenizer = "bytes",
            Vocabulary = 258,
            Content = Digest.Of("tokens"),
            Training = Part,
            Validation = Part,
        },
        new TokenizeSpeed { Seconds = 0.5, BytesPerSecond = 1.5, Threads = 1 },
        new PretrainOutput
        {
            Architecture = Order,
            Parameters = 1,
            Vocabulary = 2,
            Steps = 1,
            Tokens = 1,
            Flops = 1.5,
            FlopsPerToken = 1,
            FlopCount = FlopCount.Corrected,
            ValidationLoss = 1.5,
            ValidationTokens = 1,
            Trunk = new TrunkOutput(1, 1),
            Curve = [new LossPoint(1, 1, 1.5)],
            Validation = [new LossPoint(1, 1, 1.5)],
        },
        new PretrainSpeed { Seconds = 0.5, TokensPerSecond = 1.5, FlopsPerSecond = 1.5, Threads = 1, ResumedFromStep = 0 },
        new TrunkFacts(1, 2),
        new ImportOutput
        {
            Model = ArchitectureOutput.Of(Order, new ModelShape(8, 2, 2, 8)),
            Parameters = 1,
            Vocabulary = 2,
            MaximumLength = 16,
            Type = "BF16",
        },
        new LmEvalOutput
        {
            Shots = 0,
            Tasks =
            [
                new TaskAccuracy
                {
                    Task = "piqa",
                    Questions = 2,
                    Accuracy = 0.5,
                    AccuracyStandardError = 0.25,
                    NormalizedAccuracy = 0.5,
                    NormalizedAccuracyStandardError = 0.25,
                    Chance = 0.5,
                },
            ],
        },
        new EfficiencyOutput { Models = [new ModelCaches(Timed, [new CacheAtLength(16, 64, 4)])] },
        new EfficiencyTimings
        {
            Threads = 1,
            Models =
            [
                new ModelTimings(Timed, [new EfficiencyPoint(16, 4, 1.5, 2.5, 0.5, [0.5])])
                {
                    Training = new TrainingTimings(32, 16, 64, 0.5, [0.5]),
                },
            ],
        },
    ];

    private static TimedModel Timed => new(LayerSequence.Parse("AM"), 256, new ModelShape(8, 2, 2, 8));

    public static TheoryData<Type> Outputs => [.. typeof(TokenizeOutput).Assembly.GetTypes().Where(IsOutput)];

    [Theory]
    [MemberData(nameof(Outputs))]
    public void A_number_that_is_not_finite_makes_a_failure_that_names_it(Type output)
    {
        var sample = Assert.Single(Samples, s => s.GetType() == output);
        Assert.Null(WithOf(sample).Failure);
        var tried = 0;
        foreach (var path in Leaves("", JsonOf(sample)))
        {
            foreach (var wrong in (string[])["NaN", "Infinity", "-Infinity"])
            {
                if (Changed(sample, path, wrong) is { } broken)
                {
                    tried++;
                    var outcome = WithOf(broken);
                    Assert.Equal($"out.json: {path} is {wrong}, which is no result", outcome.Failure);
                    Assert.True(outcome.FailsAlike);
                    Assert.Empty(outcome.Outputs);
                    Assert.Equal(outcome.Failure, JobOutcome.Done().WithBeside("out.json", broken).Failure);
                }
            }
        }

        // Every property that holds a real number was one of them.
        Assert.True(tried > 0 || !HasReal(output), $"Nothing of {output.Name} was tried.");
    }

    [Fact]
    public void A_failure_of_another_kind_stays_the_first() =>
        Assert.Equal("first", JobOutcome.Failed("first").With("out.json", new TaskOutput("t", double.NaN, null, null)).Failure);

    private static bool IsOutput(Type type) =>
        type.GetField("Name", BindingFlags.Public | BindingFlags.Static) is { IsLiteral: true } name
        && name.GetRawConstantValue() is string text && text.EndsWith(".json", StringComparison.Ordinal);

    private static bool HasReal(Type type) => type.GetProperties().Any(p => p.PropertyType == typeof(double) || p.PropertyType == typeof(double?));

    private static JobOutcome WithOf(object output) => JobOutcome.Done().With("out.json", output);

    private static JsonNode JsonOf(object output) => JsonNode.Parse(ComposerJson.Write(output))!;

    private static IEnumerable<string> Leaves(string path, JsonNode? json) => json switch
    {
        JsonObject properties => properties.SelectMany(p => Leaves(path.Length == 0 ? p.Key : $"{path}.{p.Key}", p.Value)),
        JsonArray items => items.SelectMany((item, i) => Leaves($"{path}[{i}]", item)),
        JsonValue value when value.GetValueKind() == JsonValueKind.Number => [path],
        _ => [],
    };

    /// <summary>The output with something else in a place; null where the place takes none: it holds whole numbers.</summary>
    private static object? Changed(object output, string path, string value)
    {
        var root = JsonOf(output);
        var (owner, last) = (root, (object)"");
        foreach (var step in path.Replace("[", ".[", StringComparison.Ordinal).Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            owner = last switch { int index => owner[index]!, string { Length: > 0 } name => owner[name]!, _ => owner };
            last = step[0] == '[' ? int.Parse(step[1..^1], CultureInfo.InvariantCulture) : step;
        }

        if (last is int place)
        {
            owner[place] = value;
        }
        else
        {
            owner[(string)last] = value;
        }

        try
        {
            var changed = JsonSerializer.Deserialize(root.ToJsonString(), output.GetType(), ComposerJson.Options)!;

            // What is computed of other numbers keeps its value.
            return JsonNode.DeepEquals(JsonOf(changed), JsonOf(output)) ? null : changed;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
