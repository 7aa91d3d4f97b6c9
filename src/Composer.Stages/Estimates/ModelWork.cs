using Composer.Architecture;
using Composer.Architecture.Costs;
using Composer.Architecture.Primitives;
using Composer.Language.Corpora;
using Composer.Language.Evaluation;
using Composer.Language.Evaluation.Stories;
using Composer.Language.Tokenizers;
using Composer.Manifests.Model;
using Composer.Pipeline.Estimates;

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

    /// <summary>Bytes of English text in a token of a large vocabulary, about.</summary>
    private const double BytesOfToken = 4;

    /// <summary>Bytes of a story's beginning, and of the choices after it, about; a question has as many choices.</summary>
    private const double BytesOfStory = 400;
    private const int Choices = 3;

    public IReadOnlyList<Work> Pretraining()
    {
        var training = manifest.Pretrain.Training;
        var perToken = FlopsPerToken(training.Length, FlopCount.Corrected);
        var tokens = training.Tokens ?? (training.Flops!.Value / FlopsPerToken(training.Length, training.FlopCount));
        return [Of(KindNames.Pretrain, tokens * perToken, perToken)];
    }

    /// <param name="folder">Where the tasks' relative path starts.</param>
    public IReadOnlyList<Work> Scoring(string folder)
    {
        var (settings, length) = (manifest.LmEval, manifest.Pretrain.Training.Length);
        var perToken = ForwardShare * FlopsPerToken(length, FlopCount.Corrected);
        var data = Path.GetFullPath(settings.Data, folder);
        var sequences = 0.0;
        foreach (var task in settings.Tasks)
        {
            var (questions, bytes) = Questions(task, data);
            var tokens = bytes * (1 + settings.Shots) / (manifest.Pretrain.Corpus.Tokenizer == "bytes" ? 1 : BytesOfToken);
            sequences += questions * Choices * Math.Min(tokens, length);
        }

        return [Of(KindNames.LmEval, sequences * perToken, perToken)];
    }

    public IReadOnlyList<Work> Decoding()
    {
        var lengths = manifest.LmEval.Lengths;
        var perToken = ForwardShare * FlopsPerToken(lengths.Max(), FlopCount.Corrected);
        var once = lengths.Sum(n => n * ForwardShare * FlopsPerToken(n, FlopCount.Corrected));
        return [Of(KindNames.Efficiency, RunsOfTiming * once, perToken)];
    }

    /// <summary>How many questions are asked, and how many bytes one has; of files by their size and their first lines.</summary>
    private (double Questions, double Bytes) Questions(string task, string data)
    {
        var limit = manifest.LmEval.Limit;
        if (EvaluationTasks.IsBuiltIn(task))
        {
            return (limit > 0 ? limit : StoryTasks.DefaultQuestions, BytesOfStory);
        }

        var (size, row) = EvaluationTasks.SizeOf(task, data);
        var all = row > 0 ? size / row : 0;
        return (limit > 0 ? Math.Min(limit, all) : all, row);
    }

    private double FlopsPerToken(int length, FlopCount count)
    {
        var shape = (widths ?? manifest.Extrapolate.Target.Shape).CompletedFor(layers, OptionDefaults.AtSize);
        return ArchitectureCosts.Of(layers, shape, Vocabulary(manifest.Pretrain.Corpus)).TrainingFlopsPerToken(length, count);
    }

    /// <summary>What a tokenizer's file has, only reading it tells: the layers alone are counted then.</summary>
    private static int Vocabulary(CorpusSettings corpus) =>
        corpus.IsShards && !corpus.HasTokenizerFile ? corpus.Vocabulary
        : corpus.Tokenizer == "bytes" ? new ByteTokenizer().VocabularySize
        : corpus.Tokenizer == "bpe" ? corpus.Vocabulary
        : 0;

    private Work Of(string kind, double flops, double perToken)
    {
        var section = manifest.Pretrain;
        return new Work(kind, section.Resources.Gpus > 0 ? $"{section.Engine} on a GPU" : section.Engine, flops, Work.Flops, perToken);
    }
}
