using System.Text.Json;
using Composer.Core;

namespace Composer.Language.Pretraining;

/// <summary>The digest of all that determines a run's result, and nothing else.</summary>
internal static class PretrainFingerprint
{
    public static string Of(PretrainRun run)
    {
        var (model, settings) = (run.Model, run.Settings with { CheckpointInterval = default });
        return Digest.Of(JsonSerializer.Serialize(
            new
            {
                form = "composer-pretrain-1",
                engine = run.Engine.Name,
                hardware = run.Engine.HardwarePolicy,
                layers = model.Layers.ToString(),
                model.Shape.Dim,
                model.Shape.Heads,
                model.Shape.KvHeads,
                model.Shape.Hidden,
                model.Vocabulary,
                model.MaximumLength,
                model.RopeTheta,
                model.NormEpsilon,
                settings,
                corpus = run.Corpus.ContentDigest.ToString(),
                seed = run.Seed.Value,
            })).ToString();
    }
}
