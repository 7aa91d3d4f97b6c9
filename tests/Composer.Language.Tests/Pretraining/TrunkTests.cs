using Composer.Architecture;
using Composer.Core;
using Composer.Language.Corpora;
using Composer.Language.Pretraining;
using Composer.Training.Cpu;
using Composer.Training.Models;

namespace Composer.Language.Tests.Pretraining;

/// <summary>A run of another length goes on where the rate of the first began to fall.</summary>
public sealed class TrunkTests
{
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
        Length = 16,
        BatchTokens = 32,
        LearningRate = 1e-2,
        WarmupSteps = 3,
        Validations = 5,
        CheckpointSeconds = 0,
    };

    [Theory]
    [InlineData(12, 40, 0.2)]
    [InlineData(12, 13, 0.2)]
    [InlineData(12, 40, 0.0)]
    [InlineData(20, 900, 0.5)]
    public void A_larger_budget_continues_and_equals_one_given_at_once(int little, int large, double decay)
    {
        using var folders = new Folders();
        var settings = Of(large) with { Decay = decay };
        var atOnce = folders.Run(settings);
        var first = folders.Run(Of(little) with { Decay = decay });

        var continued = folders.Run(settings, trunks: [first.Trunk!]);

        Assert.Equal(first.Trunk!.Step, continued.Timings.ResumedFromStep);
        Assert.Equal(atOnce.Bits, continued.Bits);
        Assert.Equal(atOnce.Trunk!.Step > first.Trunk.Step ? atOnce.Trunk.Digest : (Digest?)null, continued.Trunk?.Digest);
    }

    [Fact]
    public void A_continued_run_that_is_killed_and_resumed_with_other_threads_equals_one_given_at_once()
    {
        using var folders = new Folders();
        var atOnce = folders.Run(Of(60));
        var trunk = folders.Run(Of(20)).Trunk!;
        foreach (var kill in (int[])[trunk.StepAfter(1), 30, trunk.StepAfter(25), 59])
        {
            var folder = folders.Next();
            folders.Kill(folder, Of(60), [trunk], kill);
            var continued = folders.Run(Of(60), folder, [trunk], threads: 2);

            Assert.Equal(kill, continued.Timings.ResumedFromStep);
            Assert.Equal(atOnce.Bits, continued.Bits);
        }
    }

    [Fact]
    public void Of_several_checkpoints_the_latest_that_is_no_later_than_the_runs_own_trunk_is_taken()
    {
        using var folders = new Folders();
        var trunks = new[] { 12, 24, 40 }.Select(steps => folders.Run(Of(steps)).Trunk!).ToArray();
        Assert.Equal([11, 20, 33], trunks.Select(t => t.Step));

        Assert.Equal(20, folders.Run(Of(30), trunks: trunks).Timings.ResumedFromStep);
        Assert.Equal(0, folders.Run(Of(11), trunks: trunks).Timings.ResumedFromStep);
        Assert.Equal(folders.Run(Of(30)).Bits, folders.Run(Of(30), trunks: trunks).Bits);
    }

    [Fact]
    public void A_trunks_checkpoint_tells_nothing_of_the_length()
    {
        using var folders = new Folders();
        var one = folders.Run(Of(33) with { Decay = 0 }).Trunk!;
        var other = folders.Run(Of(40)).Trunk!;

        Assert.Equal((33, 33), (one.Step, other.Step));
        Assert.Equal(one.Digest, other.Digest);
    }

    [Fact]
    public void The_trunk_of_another_run_is_not_taken()
    {
        using var folders = new Folders();
        var trunk = folders.Run(Of(20)).Trunk!;
        PretrainSettings[] others =
        [
            Of(60) with { LearningRate = 2e-2 }, Of(60) with { WarmupSteps = 4 }, Of(60) with { WarmupSteps = null, Warmup = 0.05 },
            Of(60) with { Schedule = PretrainSchedule.Cosine }, Of(60) with { BatchTokens = 48 }, Of(60) with { Clip = 2 },
        ];
        Assert.All(others, settings => Assert.Equal(0, folders.Run(settings, trunks: [trunk]).Timings.ResumedFromStep));
    }

    [Fact]
    public void A_trunk_that_lacks_a_point_of_the_validation_curve_is_not_taken()
    {
        using var folders = new Folders();
        var trunk = folders.Run(Of(20) with { Validations = 1 }).Trunk!;

        Assert.Equal(0, folders.Run(Of(60), trunks: [trunk]).Timings.ResumedFromStep);
    }

    [Fact]
    public void A_corrupt_checkpoint_is_not_taken()
    {
        using var folders = new Folders();
        var trunk = folders.Run(Of(20)).Trunk!;
        var bytes = File.ReadAllBytes(trunk.Path);
        bytes[^9] ^= 1;
        File.WriteAllBytes(trunk.Path, bytes);

        Assert.Equal(0, folders.Run(Of(60), trunks: [trunk]).Timings.ResumedFromStep);
        File.Delete(trunk.Path);
        Assert.Equal(0, folders.Run(Of(60), trunks: [trunk]).Timings.ResumedFromStep);
    }

    [Theory]
    [InlineData(PretrainSchedule.Cosine, 3)]
    [InlineData(PretrainSchedule.Trapezoidal, null)]
    [InlineData(PretrainSchedule.Trapezoidal, 50)]
    public void A_schedule_that_depends_on_the_whole_length_leaves_no_trunk(PretrainSchedule schedule, int? warmupSteps)
    {
        using var folders = new Folders();
        Assert.Null(folders.Run(Of(20) with { Schedule = schedule, WarmupSteps = warmupSteps }).Trunk);
    }

    [Fact]
    public void Warm_up_steps_make_the_trunk_independent_of_the_length()
    {
        var (little, more) = (PretrainSteps.Of(Of(20), Model), PretrainSteps.Of(Of(40), Model));
        Assert.All(
            Enumerable.Range(0, (int)little.TrunkEnd!.Value), s => Assert.Equal(little.Schedule.FactorAt(s), more.Schedule.FactorAt(s)));
        Assert.True(more.TrunkEnd > little.TrunkEnd);
    }

    [Fact]
    public void The_validation_points_of_a_larger_budget_are_among_those_of_a_smaller_one()
    {
        for (var steps = 1; steps < 300; steps += 7)
        {
            var (little, more) = (PretrainSteps.Of(Of(steps), Model), PretrainSteps.Of(Of(steps + 100), Model));
            Assert.Equal(0, more.ValidationEvery % little.ValidationEvery);
            Assert.InRange(little.TotalSteps, 1, little.ValidationEvery * Settings.Validations);
        }
    }

    private static PretrainSettings Of(int steps) => Settings with { Tokens = steps * 32 };

    private sealed record Finished(string Bits, TrunkCheckpoint? Trunk, PretrainTimings Timings);

    private sealed class Folders : IDisposable
    {
        private readonly List<TemporaryFolder> folders = [];

        public TemporaryFolder Next()
        {
            folders.Add(new TemporaryFolder());
            return folders[^1];
        }

        public Finished Run(
            PretrainSettings settings, TemporaryFolder? folder = null, IReadOnlyList<TrunkCheckpoint>? trunks = null, int threads = 1)
        {
            folder ??= Next();
            var (result, timings) = Pretrainer.Run(Of(settings, folder, trunks ?? [], threads));
            var trunk = result.TrunkEnd is { } end ? Path.Combine(folder.Path, PretrainFiles.TrunkAt(end)) : null;
            return new Finished(
                PretrainBits.Of(result, folder),
                trunk is not null && File.Exists(trunk)
                    ? new TrunkCheckpoint(result.TrunkEnd!.Value, trunk, Digest.Of(File.ReadAllBytes(trunk)))
                    : null,
                timings);
        }

        public void Kill(TemporaryFolder folder, PretrainSettings settings, IReadOnlyList<TrunkCheckpoint> trunks, int step)
        {
            var death = new Death(step);
            Assert.Throws<InvalidOperationException>(() => Pretrainer.Run(Of(settings, folder, trunks, 1), death));
        }

        public void Dispose() => folders.ForEach(f => f.Dispose());

        private static PretrainRun Of(
            PretrainSettings settings, TemporaryFolder folder, IReadOnlyList<TrunkCheckpoint> trunks, int threads) =>
            new(new CpuEngine(), Model, Corpus, settings, new Seed(7), threads, folder.Path) { Trunks = trunks };
    }

    /// <summary>Ends the process's part right after a step's checkpoint, as a power cut does.</summary>
    private sealed class Death(int step) : IProgress<PretrainProgress>
    {
        public void Report(PretrainProgress value)
        {
            if (value.Step == step + 1)
            {
                throw new InvalidOperationException("power cut");
            }
        }
    }
}

internal static class TrunkSteps
{
    public static int StepAfter(this TrunkCheckpoint trunk, int steps) => (int)trunk.Step + steps;
}
