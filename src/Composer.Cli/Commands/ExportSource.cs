using System.CommandLine;
using Composer.Core;
using Composer.Core.Diagnostics;
using Composer.Exchange;
using Composer.Stages.Pretrain;
using Composer.Store;

namespace Composer.Cli.Commands;

/// <summary>Where an export takes its model from: a stage of an experiment's run, or a folder.</summary>
internal sealed class ExportSource(string target)
{
    private const string Code = "CMP8204";

    public Argument<string[]> What { get; } = new("WHAT")
    {
        Description = $"NAME STAGE {target}: an experiment, its stage, such as pretrain/composite, and what to write; or MODEL {target}: a "
            + "folder with a checkpoint of this program's or of Hugging Face's.",
        Arity = new ArgumentArity(2, 3),
    };

    public Option<string?> Run { get; } = new("--run")
    {
        Description = "The run's id, or its beginning; by default the newest of the experiment that has the stage.",
        HelpName = "RUN",
    };

    public Option<string?> Artifacts { get; } = new("--artifacts")
    {
        Description = "Where the store is; artifacts/ of the clone by default.",
        HelpName = "FOLDER",
    };

    /// <summary>What is to be written.</summary>
    /// <exception cref="UserInputException">It has no name.</exception>
    public string TargetIn(ParseResult parsed) => parsed.GetRequiredValue(What)[^1] is { } path && !string.IsNullOrWhiteSpace(path)
        ? path
        : throw Mistake($"{target} has no name.", $"Name the {target.ToLowerInvariant()} to write.");

    /// <summary>The model.</summary>
    /// <exception cref="UserInputException">There is none of that name, or it cannot leave.</exception>
    public ExchangedModel Open(ParseResult parsed)
    {
        _ = TargetIn(parsed);
        if (parsed.GetRequiredValue(What) is not [var name, var stage, _])
        {
            var folder = parsed.GetRequiredValue(What)[0];
            return Directory.Exists(folder)
                ? ExchangedModel.OpenFolder(folder)
                : throw Mistake($"There is no folder '{folder}'.", $"Give a folder with a model, or NAME STAGE {target}.");
        }

        using var store = Session.OpenStore(ExperimentOptions.FindWorkspace(parsed.GetValue(Artifacts)));
        var (_, found, record) = FinishedStage.Find(store, Path.GetFileNameWithoutExtension(name), stage, parsed.GetValue(Run), Code);
        return !record.Outputs.TryGetValue(PretrainOutput.Weights, out var weights)
            ? throw Mistake(
                $"The stage '{found.Name}' has no weights.", "Export a pre-training or an imported baseline, such as pretrain/composite.")
            : ExchangedModel.Open(
                Whole(store, weights.Digest),
                record.Outputs.TryGetValue(PretrainOutput.Tokenizer, out var tokenizer) ? Whole(store, tokenizer.Digest) : null);
    }

    /// <summary>The path of a blob, read through once: what leaves is what was computed.</summary>
    private static string Whole(StageStore store, Digest blob)
    {
        using (var content = store.Blobs.OpenRead(blob))
        {
            content.CopyTo(Stream.Null);
        }

        return store.PathOf(blob);
    }

    private static UserInputException Mistake(string what, string remedy) =>
        new(new Diagnostic(Code, DiagnosticSeverity.Error, what, Remedy: remedy));
}
