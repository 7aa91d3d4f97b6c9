using System.Text.Json.Serialization;
using Composer.Core;
using Composer.Core.Settings;
using Composer.Language.Evaluation;

namespace Composer.Stages.LmEval;

/// <summary>All that a scoring of a model sees.</summary>
/// <param name="LmEval">On what it is scored.</param>
/// <param name="Engine">What computes.</param>
/// <param name="Input">The model and the tasks' data.</param>
public sealed record LmEvalInputs([property: JsonPropertyName("lm-eval")] LmEvalSettings LmEval, string Engine, LmEvalContent Input)
{
    /// <summary>A scoring as a manifest asks for it.</summary>
    /// <param name="settings">The manifest's section.</param>
    /// <param name="engine">What trained the model.</param>
    /// <param name="weights">Its parameters.</param>
    /// <param name="tokenizer">Its tokenizer; null for bytes.</param>
    /// <param name="folder">Where the data's relative path starts.</param>
    /// <param name="digestOfFile">Hashes a file, or knows its digest.</param>
    public static LmEvalInputs Of(
        LmEvalSettings settings, string engine, Digest weights, Digest? tokenizer, string folder, Func<string, Digest> digestOfFile) => new(
        settings,
        engine,
        new LmEvalContent(
            weights,
            tokenizer,
            new ValueMap<Digest>(FilesOf(settings, folder).Select(file => KeyValuePair.Create(Path.GetFileName(file), digestOfFile(file))))));

    /// <summary>The files of all tasks.</summary>
    /// <exception cref="Core.Diagnostics.UserInputException">One is missing.</exception>
    public static IEnumerable<string> FilesOf(LmEvalSettings settings, string folder)
    {
        var data = Path.GetFullPath(settings.Data, folder);
        return settings.Tasks.SelectMany(task => EvaluationTasks.FilesOf(task, data, settings.Shots)).Distinct();
    }
}

/// <param name="Weights">Safetensors.</param>
/// <param name="Tokenizer">Null for bytes.</param>
/// <param name="Data">The tasks' files, by name.</param>
public sealed record LmEvalContent(Digest Weights, Digest? Tokenizer, ValueMap<Digest> Data);
