using System.CommandLine;
using Composer.Core;
using Composer.Manifests;

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
        var check = new Command("check", "Read a manifest and report every mistake in it.");
        options.AddTo(check);
        check.SetAction(parsed =>
        {
            var (manifest, _, _) = options.Load(parsed);
            Console.WriteLine($"{manifest.File}: no mistakes.");
            return ExitCode.Done;
        });
        return new Command("manifest", "Check manifests, or print their JSON Schema.") { check, schema };
    }
}
