using Composer.Architecture;
using Composer.Core;
using Composer.Core.Settings;
using Composer.Language.Pretraining;
using Composer.Manifests.Model;
using Composer.Stages.Tokenize;

namespace Composer.Stages.Pretrain;

/// <summary>All that a pre-training sees.</summary>
/// <param name="Seed">The repetition's: of data order and initial parameters.</param>
/// <param name="Model">The widths.</param>
/// <param name="Pretrain">How it is trained.</param>
/// <param name="Input">What it trains, on what.</param>
public sealed record PretrainInputs(Seed Seed, ModelShape Model, PretrainedSettings Pretrain, PretrainContent Input);

/// <param name="Architecture">The order.</param>
/// <param name="Corpus">What it is trained and validated on.</param>
public sealed record PretrainContent(LayerSequence Architecture, CorpusContent Corpus);

/// <summary>What of <c>[pretrain]</c> a training reads: its corpus is tokens by then.</summary>
/// <param name="Training">How it trains.</param>
/// <param name="Engine">What trains.</param>
public sealed record PretrainedSettings([property: Inline] PretrainSettings Training, string Engine)
{
    /// <summary>As a manifest has them.</summary>
    public static PretrainedSettings Of(PretrainSection section) => new(section.Training, section.Engine);
}
