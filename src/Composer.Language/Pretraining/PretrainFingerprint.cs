using System.Text.Json;
using Composer.Core;

namespace Composer.Language.Pretraining;

/// <summary>The digest of all that determines a run's result, and nothing else.</summary>
internal static class PretrainFingerprint
{
    public static string Of(PretrainRun run) => Of(run, run.Settings with { CheckpointSeconds = 0 }, "composer-pretrain-4");

    /// <summary>The same of the trunk: everything but what says how long the run is.</summary>
    public static string OfTrunk(PretrainRun run) => Of(
        run,
        run.Settings with
        {
            CheckpointSeconds = 0,
            Tokens = null,
            Flops = null,
            FlopCount = default,
            Warmup = 0,
            Decay = 0,
            Validations = 0,
        },
        "composer-pretrain-trunk-3");

    private static string Of(PretrainRun run, PretrainSettings settings, string form)
    {
        var model = run.Model;
        return Digest.Of(JsonSerializer.Serialize(
            new
            {
                form,
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
                model.Parametrization,
                settings,
                corpus = run.Corpus.ContentDigest.ToString(),
                seed = run.Seed.Value,
            })).ToString();
    }
}
