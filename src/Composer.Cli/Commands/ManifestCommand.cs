using System.CommandLine;
using Composer.Core;
using Composer.Core.Facts;
using Composer.Language.Files;
using Composer.Manifests;
using Composer.Pipeline.Planning;
using Composer.Stages.Experiment;

namespace Composer.Cli.Commands;

/// <summary><c>composer manifest</c>: the format of experiments.</summary>
internal static class ManifestCommand
{
    public static Command Create()
    {
        var schema = new Command("schema", "Print the JSON Schema of manifests, as experiments/experiment.schema.json has it.");
        schema.SetAction(_ =>
        {
            Console.Write(ManifestSchema.Generate());
            return ExitCode.Done;
        });

        var options = new ExperimentOptions();
        var check = new Command("check", "Read a manifest and the data that it names, and report every mistake in them.");
        options.AddTo(check);
        check.SetAction(parsed =>
        {
            var (manifest, _, workspace) = options.Load(parsed);
            // Without a store, a large corpus is read through each time; none is made for this.
            using var store = Directory.Exists(workspace.Store) ? Session.OpenStore(workspace) : null;
            FactOfFile facts = store is null ? (_, _, find) => find() : store.FactOfFile;
            var graph = ExperimentGraphs.Build(manifest, workspace, Session.Kinds);
            foreach (var elsewhere in InputCheck.Of(graph, Session.Resources(null), facts, isMissing: d => d.Code == MissingFile.Code))
            {
                Console.WriteLine($"Not checked: {elsewhere}");
            }

            Console.WriteLine($"{manifest.File}: no mistakes.");
            return ExitCode.Done;
        });
        return new Command("manifest", "Check manifests, or print their JSON Schema.") { check, schema };
    }
}
