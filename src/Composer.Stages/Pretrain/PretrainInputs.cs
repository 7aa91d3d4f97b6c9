using Composer.Architecture;
using Composer.Architecture.Primitives;
using Composer.Core;
using Composer.Language.Corpora;
using Composer.Manifests.Model;

namespace Composer.Stages.Pretrain;

/// <summary>All that a pre-training sees.</summary>
/// <param name="Seed">The experiment's: of corpus, data order and initial parameters.</param>
/// <param name="Model">The widths.</param>
/// <param name="Pretrain">How it is trained.</param>
/// <param name="Input">What it trains, on what.</param>
public sealed record PretrainInputs(Seed Seed, ModelShape Model, PretrainSection Pretrain, PretrainContent Input);

/// <param name="Architecture">The order.</param>
/// <param name="Corpus">The digest of corpus and tokenizer: where they lie is not in the key.</param>
public sealed record PretrainContent(LayerSequence Architecture, Digest Corpus);
