using Composer.Architecture;
using Composer.Core;
using Composer.Core.Diagnostics;
using Composer.Language.Corpora;
using Composer.Language.Pretraining;
using Composer.Training.Models;
using Composer.Training.Reference;

namespace Composer.Language.Tests.Pretraining;

public sealed class PretrainerTests
{
    // A row that a model can learn: squares modulo a prime, with a mark now and then.
    private static readonly PreparedCorpus Corpus = new(
        "squares",
        new TokenArray([.. Enumerable.Range(0, 600).Select(i => i % 29 == 0 ? 19 : i * i % 17)]),
        new TokenArray([.. Enumerable.Range(600, 71).Select(i => i % 29 == 0 ? 19 : i * i % 17)]),
        null,
        20,
        Digest.Of("squares"));

    private static readonly ModelConfiguration Model =
        new(LayerSequence.FromSymbols("AM"), new ModelShape(8, 2, 1, 12), Corpus.Vocabulary, 16);

    private static readonly PretrainSettings Settings = new()
    {
        Tokens = 12 * 32,
        Length = 16,
        BatchTokens = 32,
        LearningRate = 1e-2,
        Validations = 3,
        CheckpointSeconds = 0,
    };

    [Fact]
    public void A_run_killed_at_any_step_and_resumed_gives_the_same_bits()
    {
        var undisturbed = Finish(new TemporaryFolder(), kill: 0);
        for (var kill = 1; kill <= 11; kill += 2)
        {
            Assert.Equal(undisturbed, Finish(new TemporaryFolder(), kill));
        }
    }

    /// <summary>The seeds of the data's order and of the initial parameters can be set apart, and are then all that the run's decides.</summary>
    [Fact]
    public void Seeds_of_their_own_take_the_place_of_the_runs()
    {
        var apart = Bits(7, 1, 2);
        Assert.Equal(apart, Bits(8, 1, 2));
        string[] others = [Bits(7, 1, 3), Bits(7, 3, 2), Bits(7, 1, null), Bits(7, null, 2), Bits(7, null, null)];
        Assert.Equal(6, others.Append(apart).Distinct().Count());

        string Bits(ulong run, long? data, long? initialization)
        {
            using var folder = new TemporaryFolder();
            var settings = Settings with { DataSeed = data, InitializationSeed = initialization };
            var result = Pretrainer.Run(Run(folder) with { Seed = new Seed(run), Settings = settings }).Result;
            return string.Join(' ', result.Curve.Select(p => p.Loss.ToString("R", System.Globalization.CultureInfo.InvariantCulture)));
        }
    }

    [Fact]
    public void A_run_that_dies_without_warning_resumes_from_its_last_checkpoint()
    {
        var undisturbed = Finish(new TemporaryFolder(), kill: 0);
        using var folder = new TemporaryFolder();
        var death = new Callback(p =>
        {
            if (p.Step == 7)
            {
                throw new InvalidOperationException("power cut");
            }
        });
        Assert.Throws<InvalidOperationException>(() => Pretrainer.Run(Run(folder), death));
        var (result, timings) = Pretrainer.Run(Run(folder));
        Assert.Equal(6, timings.ResumedFromStep);
        Assert.Equal(undisturbed, PretrainBits.Of(result, folder));
    }

    [Fact]
    public void A_damaged_checkpoint_gives_way_to_an_older_one()
    {
        using var folder = new TemporaryFolder();
        Stop(folder, after: 5);
        var newest = Checkpoints(folder)[^1];
        File.WriteAllBytes(newest, File.ReadAllBytes(newest)[..^7]);
        var (_, timings) = Pretrainer.Run(Run(folder));
        Assert.Equal(4, timings.ResumedFromStep);
    }

    [Fact]
    public void A_checkpoint_of_other_settings_is_not_taken()
    {
        using var folder = new TemporaryFolder();
        Stop(folder, after: 5);
        var (_, timings) = Pretrainer.Run(Run(folder) with { Settings = Settings with { LearningRate = 2e-2 } });
        Assert.Equal(0, timings.ResumedFromStep);
    }

    [Fact]
    public void The_result_tells_loss_norm_rate_and_validation()
    {
        using var folder = new TemporaryFolder();
        var (result, timings) = Pretrainer.Run(Run(folder));
        Assert.Equal(PretrainOutcome.Completed, result.Outcome);
        Assert.Equal((12, 12 * 32), (result.Steps, result.Tokens));
        Assert.Equal(Enumerable.Range(1, 12).Select(s => (long)s), result.Curve.Select(p => p.Step));
        Assert.Equal([4, 8, 12], result.Validation.Select(v => v.Step));
        Assert.Equal([0.5, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0.5], result.Curve.Select(p => p.LearningRate / 1e-2));
        Assert.InRange(result.Curve[0].Loss, Math.Log(20) - 0.5, Math.Log(20) + 0.5);
        Assert.True(result.FinalValidationLoss < result.Curve[0].Loss - 0.1, $"{result.FinalValidationLoss}");
        Assert.True(timings.TokensPerSecond > 0);
    }

    [Fact]
    public void The_validation_loss_is_the_mean_over_every_token()
    {
        using var folder = new TemporaryFolder();
        var (result, _) = Pretrainer.Run(Run(folder));
        using var model = PretrainFiles.LoadModel(folder.Path, new ReferenceEngine(), 1);
        var tokens = new int[Corpus.Validation.Count];
        Corpus.Validation.Read(0, tokens);
        var (sum, counted) = (0.0, 0);
        for (var start = 0; start + 1 < tokens.Length; start += 16)
        {
            var count = Math.Min(16, tokens.Length - 1 - start);
            var scores = new double[count];
            model.Score(tokens.AsSpan(start, count), tokens.AsSpan(start + 1, count), scores, new int[count]);
            sum -= scores.Sum();
            counted += count;
        }

        Assert.Equal(tokens.Length - 1, counted);
        Assert.Equal(sum / counted, result.FinalValidationLoss, 1e-4);
    }

    [Fact]
    public void A_step_that_is_not_finite_is_a_failed_result_before_its_update()
    {
        using var folder = new TemporaryFolder();
        var run = Run(folder) with { Settings = Settings with { LearningRate = 1e30, Clip = 0 } };
        var (result, _) = Pretrainer.Run(run);
        Assert.Equal(PretrainOutcome.NotFinite, result.Outcome);
        Assert.InRange(result.Steps, 1, 11);
        Assert.All(result.Curve, p => Assert.True(double.IsFinite(p.Loss)));
        Assert.False(File.Exists(Path.Combine(folder.Path, PretrainFiles.Weights)));
    }

    /// <summary>The last update has no step behind it that would tell.</summary>
    [Fact]
    public void A_validation_loss_that_is_not_finite_is_a_failed_result()
    {
        using var folder = new TemporaryFolder();
        var run = Run(folder) with { Settings = Settings with { LearningRate = 1e300, Clip = 0, Tokens = 32 } };
        var (result, _) = Pretrainer.Run(run);
        Assert.Equal((PretrainOutcome.ValidationNotFinite, 1), (result.Outcome, result.Steps));
        Assert.Empty(result.Validation);
        Assert.False(File.Exists(Path.Combine(folder.Path, PretrainFiles.Weights)));
    }

    [Theory]
    [InlineData(16, 71)]
    [InlineData(600, 1)]
    [InlineData(600, 0)]
    public void A_corpus_without_a_sequence_or_without_a_token_to_be_validated_on_is_a_diagnostic(int training, int validation)
    {
        using var folder = new TemporaryFolder();
        var run = Run(folder) with
        {
            Corpus = Corpus with { Training = new TokenArray(new int[training]), Validation = new TokenArray(new int[validation]) },
        };
        Assert.Equal("CMP6005", Assert.Throws<UserInputException>(() => Pretrainer.Run(run)).Diagnostics[0].Code);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Fact]
    public void A_flop_budget_buys_more_tokens_of_a_cheaper_model()
    {
        var settings = Settings with { Tokens = null, Flops = 1e9 };
        var dear = Model with { Layers = LayerSequence.FromSymbols("AMAM") };
        var (cheapPlan, dearPlan) = (PretrainSteps.Of(settings, Model), PretrainSteps.Of(settings, dear));
        Assert.True(cheapPlan.BudgetTokens > dearPlan.BudgetTokens);
        Assert.InRange((double)dearPlan.BudgetTokens * dearPlan.FlopsPerToken, 0.999e9, 1e9);
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData(1e6, 1e9)]
    [InlineData(15.0, null)]
    public void Not_exactly_one_budget_or_one_below_a_sequence_is_a_diagnostic(double? tokens, double? flops)
    {
        var exception = Assert.Throws<UserInputException>(() => PretrainSteps.Of(Settings with { Tokens = tokens, Flops = flops }, Model));
        Assert.Equal("CMP6010", exception.Diagnostics[0].Code);
    }

    private static PretrainRun Run(TemporaryFolder folder) =>
        new(new SinglePrecisionEngine(new ReferenceEngine()), Model, Corpus, Settings, new Seed(7), 1, folder.Path);

    private static string Finish(TemporaryFolder folder, int kill)
    {
        using (folder)
        {
            if (kill > 0)
            {
                Stop(folder, kill);
            }

            return PretrainBits.Of(Pretrainer.Run(Run(folder)).Result, folder);
        }
    }

    private static void Stop(TemporaryFolder folder, int after)
    {
        using var cancellation = new CancellationTokenSource();
        var stop = new Callback(p =>
        {
            if (p.Step == after)
            {
                cancellation.Cancel();
            }
        });
        Assert.Throws<OperationCanceledException>(() => Pretrainer.Run(Run(folder), stop, cancellation.Token));
    }

    private static string[] Checkpoints(TemporaryFolder folder) =>
        [.. Directory.GetFiles(Path.Combine(folder.Path, "checkpoints")).Order(StringComparer.Ordinal)];

    private sealed class Callback(Action<PretrainProgress> action) : IProgress<PretrainProgress>
    {
        public void Report(PretrainProgress value) => action(value);
    }
}
