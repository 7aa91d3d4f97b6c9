using Composer.Core;
using Composer.Core.Settings;

namespace Composer.Stages.Import;

/// <summary>All that an import of a checkpoint sees.</summary>
/// <param name="Input">The checkpoint.</param>
public sealed record ImportInputs(ImportContent Input);

/// <param name="Files">Configuration, weights and tokenizer, by name: where they lie is not in the key.</param>
public sealed record ImportContent(ValueMap<Digest> Files);
