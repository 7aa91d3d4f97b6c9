using Composer.Architecture;
using Composer.Core;
using Composer.Core.Diagnostics;
using Composer.Core.Ranks;
using Composer.Language.Corpora;
using Composer.Language.Pretraining;
using Composer.Training.Cpu;
using Composer.Training.Models;
using Composer.Training.Reference.Ranks;

namespace Composer.Language.Tests.Pretraining;

/// <summary>Several ranks, here threads of one process, on stories.</summary>
public sealed class RankedPretrainingTests
{
    private static readonly PreparedCorpus Corpus = CorpusPreparation.Prepare(
        new CorpusSettings { Documents = 40, ValidationDocuments = 4, Vocabulary = 280 }, new Seed(1), ".");

    private static readonly PretrainSettings Settings = new()
    {
        Tokens = 12 * 5 * 17,
        Length = 17,
        BatchTokens = 5 * 17,
        LearningRate = 1e-2,
        Validations = 3,
        CheckpointSeconds = 0,
        GradientShards = 4,
    };

    private static readonly Lazy<string> Expected = new(() => Undisturbed(ranks: 1, threads: 1));

    [Theory]
    [InlineData(1, 2)]
    [InlineData(1, 3)]
    [InlineData(2, 1)]
    [InlineData(2, 3)]
    [InlineData(4, 1)]
    [InlineData(4, 2)]
    public void Ranks_and_threads_change_no_bit(int ranks, int threads) => Assert.Equal(Expected.Value, Undisturbed(ranks, threads));

    [Theory]
    [InlineData(2, 0, 1)]
    [InlineData(2, 1, 4)]
    [InlineData(4, 0, 2)]
    [InlineData(4, 1, 1)]
    [InlineData(4, 2, 4)]
    [InlineData(4, 3, 2)]
    public void A_rank_dies_and_another_number_of_ranks_goes_on_bit_for_bit(int ranks, int dying, int later)
    {
        using var folder = new TemporaryFolder();

        // A step has an order, a loss and two messages of gradients; with four ranks three more.
        var calls = (ranks == 2 ? 4 : 7) * 6;
        Assert.Throws<DeathException>(() => Run(folder, ranks, 1, group => group.Rank == dying ? new Mortal(group, calls) : group));
        Assert.InRange(PretrainFiles.NewestStep(folder.Path) ?? 0, 1, 11);
        Assert.Equal(Expected.Value, Run(folder, later, 2));
    }

    [Fact]
    public void Cancelled_all_ranks_stop_behind_a_checkpoint()
    {
        using var folder = new TemporaryFolder();
        using var cancellation = new CancellationTokenSource();
        var ends = ThreadRankGroup.Run(4, group =>
        {
            var run = Of(folder, group, 1) with { Settings = Settings with { CheckpointSeconds = 86_400 } };
            return Record.Exception(() => Compute(run, new StopAt(5, cancellation), cancellation.Token));
        });
        Assert.All(ends, end => Assert.IsType<OperationCanceledException>(end));
        Assert.Equal(5, PretrainFiles.NewestStep(folder.Path));
        Assert.Equal(Expected.Value, Run(folder, 2, 1));
    }

    [Fact]
    public void A_training_that_is_not_finite_ends_on_all_ranks_alike()
    {
        using var folder = new TemporaryFolder();
        var ends = ThreadRankGroup.Run(2, group =>
            Compute(Of(folder, group, 1) with { Settings = Settings with { LearningRate = 1e25, Clip = 0, Warmup = 0 } }));
        Assert.Contains("NotFinite", ends[0]);
    }

    [Fact]
    public void Ranks_that_are_not_alike_are_named()
    {
        using var folder = new TemporaryFolder();
        var mistakes = ThreadRankGroup.Run(4, group => Assert.Throws<UserInputException>(
            () => Compute(Of(folder, group, 1) with { Build = group.Rank is 1 or 3 ? "newer" : "older" })));
        Assert.All(mistakes, m => Assert.StartsWith(
            "The ranks of the pre-training are not alike: ranks 1 and 3 have the build of composer 'newer', rank 0 'older'.",
            m.Diagnostics[0].Message));
        Assert.All(mistakes, m => Assert.Equal("CMP7010", m.Diagnostics[0].Code));
    }

    [Fact]
    public void More_ranks_than_shards_are_refused()
    {
        using var folder = new TemporaryFolder();
        ThreadRankGroup.Run(8, group => Assert.Throws<UserInputException>(() => Compute(Of(folder, group, 1))));
    }

    private static string Undisturbed(int ranks, int threads)
    {
        using var folder = new TemporaryFolder();
        return Run(folder, ranks, threads);
    }

    private static string Run(TemporaryFolder folder, int ranks, int threads, Func<IRankGroup, IRankGroup>? wrap = null) =>
        ThreadRankGroup.Run(ranks, group => Compute(Of(folder, wrap?.Invoke(group) ?? group, threads)))[0];

    private static string Compute(PretrainRun run, IProgress<PretrainProgress>? progress = null, CancellationToken cancellation = default)
    {
        if (run.Ranks.Rank > 0)
        {
            // It writes nothing and reads nothing of the first one's.
            Pretrainer.Follow(run with { Folder = "/nowhere" });
            return "";
        }

        var (result, _) = Pretrainer.Run(run, progress, cancellation);
        var weights = Path.Combine(run.Folder, PretrainFiles.Weights);
        return string.Join(
            ' ',
            [
                result.Outcome.ToString(), result.Steps.ToString(), .. result.Curve.Select(p => p.ToString()),
                .. result.Validation.Select(p => p.ToString()), File.Exists(weights) ? Digest.OfFile(weights).ToString() : "",
            ]);
    }

    private static PretrainRun Of(TemporaryFolder folder, IRankGroup ranks, int threads) => new(
        new CpuEngine(),
        new ModelConfiguration(LayerSequence.FromSymbols("AM"), new ModelShape(16, 2, 1, 21), Corpus.Vocabulary, 17),
        Corpus,
        Settings,
        new Seed(5),
        threads,
        folder.Path)
    {
        Ranks = ranks,
    };

    private sealed class DeathException : Exception;

    private sealed class Mortal(IRankGroup inner, int calls) : IRankGroup
    {
        private int left = calls;

        public int Rank => inner.Rank;

        public int Count => inner.Count;

        public void SendReceive(int peer, ReadOnlySpan<byte> send, Span<byte> receive)
        {
            Live();
            inner.SendReceive(peer, send, receive);
        }

        public void Broadcast(Span<byte> data)
        {
            Live();
            inner.Broadcast(data);
        }

        public void Barrier() => inner.Barrier();

        private void Live()
        {
            if (left-- == 0)
            {
                throw new DeathException();
            }
        }
    }

    private sealed class StopAt(long step, CancellationTokenSource cancellation) : IProgress<PretrainProgress>
    {
        public void Report(PretrainProgress value)
        {
            if (value.Step == step)
            {
                cancellation.Cancel();
            }
        }
    }
}
