using System.CommandLine;
using System.Globalization;
using Composer.Core.Json;
using Composer.Core;
using Composer.Core.Text;
using Composer.Pipeline.Keys;
using Composer.Store.Transfer;

namespace Composer.Cli.Commands;

/// <summary><c>composer store export</c> and <c>import</c>: a run moves to another store.</summary>
internal static class StoreTransferCommands
{
    public static Command Export(Option<string?> artifacts, Option<bool> json)
    {
        var run = new Argument<string>("RUN") { Description = "The run's id, or its beginning; 'composer runs' lists them." };
        var file = new Argument<string>("FILE") { Description = "The archive to write, such as run.tar." };
        var command = new Command("export", "Write a run with all that it reached into a tar file.") { run, file, artifacts, json };
        NeedsName(file);
        command.SetAction(parsed =>
        {
            using var store = Session.OpenStore(ExperimentOptions.FindWorkspace(parsed.GetValue(artifacts)));
            var archived = store.Export(parsed.GetRequiredValue(run), parsed.GetRequiredValue(file));
            Print(archived, parsed.GetValue(json), string.Create(
                CultureInfo.InvariantCulture,
                $"{parsed.GetRequiredValue(file)}: run {archived.Run.Id} of {archived.Run.Experiment}, {archived.Stages:N0} stages, "
                + $"{BytesText.Of(archived.Bytes)}."));
            return ExitCode.Done;
        });
        return command;
    }

    public static Command Import(Option<string?> artifacts, Option<bool> json)
    {
        var file = new Argument<string>("FILE") { Description = "An archive that 'composer store export' wrote." };
        var command = new Command("import", "Take in the run of a tar file; here its stages are hits. The run is pinned.")
        {
            file, artifacts, json,
        };
        NeedsName(file);
        command.SetAction(parsed =>
        {
            using var store = Session.OpenStore(ExperimentOptions.FindWorkspace(parsed.GetValue(artifacts)));
            var archived = store.Import(parsed.GetRequiredValue(file), Preimage.KeyOf);
            Print(archived, parsed.GetValue(json), string.Create(
                CultureInfo.InvariantCulture,
                $"run {archived.Run.Id} of {archived.Run.Experiment}: {archived.NewStages:N0} of {archived.Stages:N0} stages are new "
                + $"here; pinned ('composer store gc --unpin {archived.Run.Id}' lets it go)."));
            return ExitCode.Done;
        });
        return command;
    }

    private static void NeedsName(Argument<string> file) => file.Validators.Add(result =>
    {
        if (result.Tokens is [{ Value: var name }] && string.IsNullOrWhiteSpace(name))
        {
            result.AddError("FILE has no name.");
        }
    });

    private static void Print(ArchivedRun archived, bool json, string text) => Console.WriteLine(json
        ? ComposerJson.WriteText(new
        {
            Run = archived.Run.Id,
            archived.Run.Experiment,
            archived.Stages,
            archived.NewStages,
            archived.Blobs,
            archived.Bytes,
        })
        : text);
}
