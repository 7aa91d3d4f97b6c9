using System.CommandLine;
using Composer.Core;
using Composer.Core.Diagnostics;
using Composer.Exchange;
using Composer.Stages.Pretrain;
using Composer.Store;
using Composer.Store.Records;

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
        var record = Find(store, Path.GetFileNameWithoutExtension(name), stage, parsed.GetValue(Run));
        return !record.Outputs.TryGetValue(PretrainOutput.Weights, out var weights)
            ? throw Mistake(
                $"The stage '{stage}' has no weights.", "Export a pre-training or an imported baseline, such as pretrain/composite.")
            : ExchangedModel.Open(
                Whole(store, weights.Digest),
                record.Outputs.TryGetValue(PretrainOutput.Tokenizer, out var tokenizer) ? Whole(store, tokenizer.Digest) : null);
    }

    private static StageRecord Find(StageStore store, string name, string stage, string? run)
    {
        var named = run is null ? null : store.FindRun(run);
        var runs = named is null ? store.Runs(int.MaxValue).Where(r => r.Experiment == name).ToList() : [named];
        if (named is not null && named.Experiment != name)
        {
            throw Mistake($"Run {named.Id} is of {named.Experiment}, not of {name}.", "'composer runs' lists the runs.");
        }

        foreach (var candidate in runs)
        {
            if (store.StagesOf(candidate.Id).FirstOrDefault(s => s.Name == stage) is { Key: { } key } && store.RecordOf(key) is { } record)
            {
                return record;
            }
        }

        var models = runs.SelectMany(r => store.StagesOf(r.Id)).Where(s => s.Key is not null).Select(s => s.Name).Distinct().ToArray();
        throw Mistake(
            runs.Count == 0 ? $"No run of '{name}' is in the store."
            : named is null ? $"No run of {name} has a result of '{stage}'."
            : $"Run {named.Id} has no result of '{stage}'.",
            runs.Count == 0
                ? $"Run it: composer run {name} --until pretrain."
                : Suggestion.DidYouMean(stage, models) ?? $"There are {string.Join(", ", models)}.");
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
