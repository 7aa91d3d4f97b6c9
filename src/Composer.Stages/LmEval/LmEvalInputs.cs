using System.Text.Json.Serialization;
using Composer.Core;
using Composer.Core.Settings;
using Composer.Language.Evaluation;
using Composer.Language.Evaluation.Own;
using Composer.Stages.Tokenize;

namespace Composer.Stages.LmEval;

/// <summary>All that a scoring of a model sees.</summary>
/// <param name="LmEval">On what it is scored.</param>
/// <param name="Engine">What computes.</param>
/// <param name="Primitives">Names of those that the model is made of, sorted: the code that computes it.</param>
/// <param name="Input">The model and the tasks' data.</param>
public sealed record LmEvalInputs(
    [property: JsonPropertyName("lm-eval")] LmEvalSettings LmEval, string Engine, ValueList<string> Primitives, LmEvalContent Input);

/// <param name="Weights">Safetensors.</param>
/// <param name="Tokenizer">Null for bytes.</param>
/// <param name="Data">The tasks' files, by name.</param>
/// <param name="Tasks">The tasks of one's own, as their files define them; null where there are none.</param>
/// <param name="Corpus">The one whose held-out text is scored at more lengths; null where none is asked for.</param>
public sealed record LmEvalContent(
    Digest Weights,
    Digest? Tokenizer,
    ValueMap<Digest> Data,
    ValueList<TaskDefinition>? Tasks = null,
    CorpusContent? Corpus = null);
