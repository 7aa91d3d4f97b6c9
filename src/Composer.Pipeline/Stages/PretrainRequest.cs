using Composer.Architecture.Costs;
using Composer.Language.Corpora;
using Composer.Language.Pretraining;
using Composer.Manifests.Model;

namespace Composer.Pipeline.Stages;

/// <summary>What <c>[pretrain]</c> asks for, in the terms of the pre-training.</summary>
internal static class PretrainRequest
{
    public static CorpusSettings Corpus(PretrainSection section) => new()
    {
        Corpus = section.Corpus,
        Documents = section.Documents,
        ValidationDocuments = section.ValidationDocuments,
        Tokenizer = section.Tokenizer,
        Vocabulary = section.Vocabulary,
    };

    public static PretrainSettings Settings(PretrainSection section) => new()
    {
        Tokens = section.Tokens,
        Flops = section.Flops,
        FlopCount = section.FlopCount == "printed" ? FlopCount.Printed : FlopCount.Corrected,
        Length = section.Length,
        BatchTokens = section.BatchTokens,
        LearningRate = section.LearningRate,
        WeightDecay = section.WeightDecay,
        Beta1 = section.Betas[0],
        Beta2 = section.Betas[1],
        Clip = section.Clip,
        Schedule = section.Schedule == "cosine" ? PretrainSchedule.Cosine : PretrainSchedule.Trapezoidal,
        Warmup = section.Warmup,
        WarmupSteps = section.WarmupSteps,
        Decay = section.Decay,
        Validations = section.Validations,
        CheckpointInterval = TimeSpan.FromSeconds(section.CheckpointSeconds),
    };
}
