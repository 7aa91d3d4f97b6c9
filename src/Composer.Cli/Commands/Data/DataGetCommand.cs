using System.CommandLine;
using Composer.Core;
using Composer.Core.Diagnostics;
using Composer.Core.Files;
using Composer.Core.Text;
using Composer.Store;
using Composer.Store.Blobs;

namespace Composer.Cli.Commands.Data;

/// <summary><c>composer data get</c>: a stage's outputs under their names.</summary>
internal static class DataGetCommand
{
    private const string Code = "CMP1020";

    public static Command Create()
    {
        var name = new Argument<string>("NAME") { Description = "The experiment." };
        var stage = new Argument<string>("STAGE")
        {
            Description = "The stage, such as pretrain/composite; a kind that has one stage will do.",
        };
        var folder = new Argument<string>("FOLDER") { Description = "Where its outputs go; nothing there is overwritten." };
        var run = new Option<string?>("--run")
        {
            Description = "The run's id, or its beginning; by default the newest that reached the stage.",
            HelpName = "RUN",
        };
        var artifacts = new Option<string?>("--artifacts")
        {
            Description = "Where the store is; artifacts/ of the clone by default.",
            HelpName = "FOLDER",
        };
        var command = new Command("get", "Write a stage's outputs (weights, tokenizer, results) under their names, every digest compared.")
        {
            name, stage, folder, run, artifacts,
        };
        command.SetAction(parsed =>
        {
            using var store = Session.OpenStore(ExperimentOptions.FindWorkspace(parsed.GetValue(artifacts)));
            var finished = FinishedStage.Find(
                store, parsed.GetRequiredValue(name), parsed.GetRequiredValue(stage), parsed.GetValue(run), Code);
            return Write(finished, parsed.GetRequiredValue(folder), store);
        });
        return command;
    }

    private static int Write(FinishedStage finished, string folder, StageStore store)
    {
        var (run, stage, record) = finished;
        var outputs = new SortedDictionary<string, Digest>(
            record.Outputs.ToDictionary(o => o.Key, o => o.Value.Digest), StringComparer.Ordinal);
        var taken = outputs.Keys.Where(o => File.Exists(PathOf(folder, o)) && Digest.OfFile(PathOf(folder, o)) != outputs[o]).ToList();
        if (File.Exists(folder) || taken.Count > 0)
        {
            throw Mistake(
                taken.Count > 0
                    ? $"Other files are there already: {string.Join(", ", taken.Select(o => $"'{PathOf(folder, o)}'"))}."
                    : $"'{folder}' is a file.",
                "Name another folder, or move them away: nothing is overwritten.");
        }

        Console.WriteLine($"{stage.Name} of run {run.Id}, computed {record.Created.ToLocalTime():yyyy-MM-dd HH:mm} on {record.Machine}");
        foreach (var (name, blob) in outputs)
        {
            var path = PathOf(folder, name);
            if (!File.Exists(path))
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                Copy(store, blob, path);
            }

            var (shown, size) = (Path.GetRelativePath(Environment.CurrentDirectory, path), BytesText.Of(new FileInfo(path).Length));
            Console.WriteLine($"  {shown}, {size}, SHA-256 {blob.Short}");
        }

        return ExitCode.Done;
    }

    /// <exception cref="BlobCorruptException">The bytes are others than were stored; nothing is written.</exception>
    private static void Copy(StageStore store, Digest blob, string path) => WholeFile.Durable.Write(path, file =>
    {
        using var content = store.Blobs.OpenRead(blob);
        content.CopyTo(file);
    });

    private static string PathOf(string folder, string output) => Path.GetFullPath(Path.Combine(folder, output));

    private static UserInputException Mistake(string message, string remedy) =>
        new(new Diagnostic(Code, DiagnosticSeverity.Error, message, Remedy: remedy));
}
