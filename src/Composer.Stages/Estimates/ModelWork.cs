using System.Globalization;
using Composer.Architecture;
using Composer.Architecture.Costs;
using Composer.Architecture.Primitives;
using Composer.Core.Facts;
using Composer.Language.Corpora;
using Composer.Language.Pretraining;
using Composer.Language.Tokenizers;
using Composer.Manifests.Model;
using Composer.Pipeline.Estimates;
using Composer.Stages.LmEval;
using Composer.Stages.Tokenize;

namespace Composer.Stages.Estimates;

/// <summary>What large models cost: their pre-training, scoring and decoding.</summary>
/// <param name="manifest">Its sections extrapolate, pretrain and lm-eval.</param>
/// <param name="layers">The order, or what stands for it.</param>
/// <param name="widths">Its widths; those of the manifest when null.</param>
internal sealed class ModelWork(ExperimentManifest manifest, LayerSequence layers, ModelShape? widths = null)
{
    /// <summary>A forward pass against forward and backward.</summary>
    private const double ForwardShare = 1.0 / 3;

    /// <summary>Warm-ups and repetitions of a timing.</summary>
    private const int RunsOfTiming = 8;

    /// <summary>Of a model's training; each that counts goes with one that does not.</summary>
    private const int StepsOfTiming = 2 * (TrainingStepBenchmark.WarmUps + TrainingStepBenchmark.Most);

    public IReadOnlyList<Work> Pretraining()
    {
        var training = manifest.Pretrain.Training;
        var perToken = FlopsPerToken(training.Length, FlopCount.Corrected);
        var tokens = training.Tokens ?? (training.Flops!.Value / FlopsPerToken(training.Length, training.FlopCount));
        return [Of(KindNames.Pretrain, tokens * perToken, perToken, manifest.Pretrain.Resources.Ranks)];
    }

    /// <summary>By the true lengths of all requests, cut as they will be.</summary>
    /// <param name="tasks">What is asked.</param>
    /// <param name="tokenizer">The model's; null where it is to be trained.</param>
    /// <param name="tokenized">What is known of a trained one; null before.</param>
    /// <param name="facts">Knows what was found out before.</param>
    public IReadOnlyList<Work> Scoring(ScoredTasks tasks, KnownTokenizer? tokenizer, TokenizeOutput? tokenized, FactOfFile facts)
    {
        var length = manifest.Pretrain.Training.Length;
        var window = tasks.Settings.MaxLength ?? length;
        var bytes = tokenized is { Training: { Tokens: > 0 } part }
            ? part.BytesPerToken
            : BytesOfToken(manifest.Pretrain.Corpus.Vocabulary);
        var flops = 0.0;
        foreach (var task in tasks.Settings.Tasks)
        {
            var (tokens, sequences) = tasks.CountTokens(task, window, tokenizer, bytes, facts);
            flops += tokens * ForwardShare * FlopsPerToken((int)Math.Max(1, tokens / Math.Max(1, sequences)), FlopCount.Corrected);
        }

        // Held-out text in windows of every length, in that of training too.
        foreach (var multiple in tasks.Settings.LengthMultiples.Prepend(1).Where(_ => tasks.Settings.LengthMultiples.Count > 0))
        {
            flops += (tokenized?.Validation.Tokens ?? 0) * ForwardShare * FlopsPerToken(length * multiple, FlopCount.Corrected);
        }

        return [Of(KindNames.LmEval, flops, ForwardShare * FlopsPerToken(length, FlopCount.Corrected))];
    }

    /// <summary>Of decoding, and of the steps of training where it is trained here.</summary>
    public IReadOnlyList<Work> Timing(bool isTrained)
    {
        var lengths = manifest.LmEval.Lengths;
        var perToken = ForwardShare * FlopsPerToken(lengths.Max(), FlopCount.Corrected);
        var once = lengths.Sum(n => n * ForwardShare * FlopsPerToken(n, FlopCount.Corrected));
        var training = manifest.Pretrain.Training;
        var steps = isTrained
            ? StepsOfTiming * Math.Max(training.BatchTokens, training.Length) * FlopsPerToken(training.Length, FlopCount.Corrected)
            : 0;
        return [Of(KindNames.Efficiency, (RunsOfTiming * once) + steps, perToken)];
    }

    /// <summary>Bytes of a token of a vocabulary that is yet to be made, about: of English text, a third more each doubling.</summary>
    private static double BytesOfToken(int vocabulary) => Math.Clamp(1 + (Math.Log2(vocabulary / 256.0) / 3), 1, 4.5);

    private double FlopsPerToken(int length, FlopCount count)
    {
        var shape = widths?.CompletedFor(layers, OptionDefaults.AtSize) ?? manifest.Scaling.Target.ShapeOf(layers);
        return ArchitectureCosts.Of(layers, shape, Vocabulary(manifest.Pretrain.Corpus)).TrainingFlopsPerToken(length, count);
    }

    /// <summary>What a tokenizer's file has, only reading it tells: the layers alone are counted then.</summary>
    private static int Vocabulary(CorpusSettings corpus) =>
        corpus.IsShards && !corpus.HasTokenizerFile ? corpus.Vocabulary
        : corpus.Tokenizer == "bytes" ? new ByteTokenizer().VocabularySize
        : corpus.Tokenizer == "bpe" ? corpus.Vocabulary
        : 0;

    /// <summary>Speeds of several ranks are apart from those of one: how much faster they are, only they tell.</summary>
    private Work Of(string kind, double flops, double perToken, int ranks = 1)
    {
        var section = manifest.Pretrain;
        var where = section.Resources.Gpus > 0 ? $"{section.Engine} on a GPU" : section.Engine;
        return new Work(
            kind,
            ranks == 1 ? where : string.Create(CultureInfo.InvariantCulture, $"{where}, {ranks} ranks"),
            flops,
            Work.Flops,
            perToken);
    }
}
