using Composer.Architecture;
using Composer.Core;
using Composer.Language.Corpora;
using Composer.Language.Pretraining;
using Composer.Training.Cpu;
using Composer.Training.Models;

namespace Composer.Language.Tests.Pretraining;

/// <summary>The engine that ships, on stories, at odd sizes.</summary>
public sealed class CpuEnginePretrainingTests
{
    private static readonly PreparedCorpus Corpus = CorpusPreparation.Prepare(
        new CorpusSettings { Documents = 60, ValidationDocuments = 4, Vocabulary = 300 }, new Seed(1), ".");

    private static readonly PretrainSettings Settings = new()
    {
        Tokens = 20 * 4 * 33,
        Length = 33,
        BatchTokens = 4 * 33,
        LearningRate = 1e-2,
        Validations = 2,
        CheckpointSeconds = 86_400,
    };

    [Fact]
    public void Killed_and_resumed_with_other_threads_it_gives_the_same_bits()
    {
        using var undisturbed = new TemporaryFolder();
        using var disturbed = new TemporaryFolder();
        var (result, _) = Pretrainer.Run(Run(undisturbed, threads: 1));
        using var cancellation = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(
            () => Pretrainer.Run(Run(disturbed, threads: 2), new StopAt(9, cancellation), cancellation.Token));
        var (resumed, timings) = Pretrainer.Run(Run(disturbed, threads: 1));
        Assert.Equal(9, timings.ResumedFromStep);
        Assert.Equal(PretrainBits.Of(result, undisturbed), PretrainBits.Of(resumed, disturbed));
        Assert.Equal(File.ReadAllBytes(undisturbed[PretrainFiles.Tokenizer]), File.ReadAllBytes(disturbed[PretrainFiles.Tokenizer]));
        Assert.True(result.FinalValidationLoss < result.Curve[0].Loss - 0.5, $"{result.Curve[0].Loss} → {result.FinalValidationLoss}");
        Assert.Equal(Corpus.Tokenizer!.ContentDigest, PretrainFiles.LoadTokenizer(undisturbed.Path).ContentDigest);
    }

    private static PretrainRun Run(TemporaryFolder folder, int threads) => new(
        new CpuEngine(),
        new ModelConfiguration(LayerSequence.FromSymbols("AMM"), new ModelShape(24, 2, 1, 37), Corpus.Vocabulary, 33),
        Corpus,
        Settings,
        new Seed(5),
        threads,
        folder.Path);

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
