using Composer.Language.Corpora;
using Composer.Language.Evaluation.Text;

namespace Composer.Pipeline.Jobs;

/// <summary>The text task: a corpus sampled down, and how to train on it.</summary>
public sealed record TextUnit(CorpusSettings Corpus, string CorpusFolder, ulong CorpusSeed, TextEvaluationSettings Settings);
