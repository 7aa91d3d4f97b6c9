using System.CommandLine;
using System.Globalization;
using Composer.Cli.Output;
using Composer.Core;
using Composer.Core.Text;
using Composer.Language.Sources;

namespace Composer.Cli.Commands.Data;

/// <summary><c>composer data fetch</c>: public data by name.</summary>
internal static class DataFetchCommand
{
    private const string MirrorVariable = "COMPOSER_DATA_MIRROR";

    public static Command Create()
    {
        var names = new Argument<string[]>("NAME")
        {
            Description = "Sources; 'lm-eval' stands for the six tasks of lm-eval.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var list = new Option<bool>("--list")
        {
            Description = "List the sources: what they are, how large, under which licence, from where.",
        };
        var to = new Option<string?>("--to")
        {
            Description = "The folder of data; artifacts/data of the clone by default. Each source has a folder of its own in it.",
            HelpName = "FOLDER",
        };
        var mirror = new Option<string[]>("--mirror")
        {
            Description = "Fetch from another server, or from a folder, that has the files under the same paths; for one host as HOST=URL, "
                + $"for packages as npm=URL; also by {MirrorVariable}.",
            HelpName = "URL",
        };
        var command = new Command("fetch", "Fetch public data by name, held to its digest; what was cut is gone on with.")
        {
            names, list, to, mirror,
        };
        command.SetAction(async (parsed, _) =>
        {
            var wanted = parsed.GetValue(names) ?? [];
            if (parsed.GetValue(list))
            {
                Print(wanted.Length == 0 ? NamedSources.All : NamedSources.Find(wanted));
                return ExitCode.Done;
            }

            if (wanted.Length == 0)
            {
                throw DataCommand.Mistake("No source is named.", "'composer data fetch --list' lists them.");
            }

            var sources = NamedSources.Find(wanted);
            string[] texts = parsed.GetValue(mirror) is { Length: > 0 } given
                ? given
                : [Environment.GetEnvironmentVariable(MirrorVariable) ?? ""];
            var mirrors = SourceMirrors.Parse(texts);
            var data = parsed.GetValue(to) is { } folder
                ? Path.GetFullPath(folder)
                : Path.Combine(ExperimentOptions.FindWorkspace(null).Artifacts, "data");
            return await FetchAsync(sources, data, mirrors).ConfigureAwait(false);
        });
        return command;
    }

    private static async Task<int> FetchAsync(IReadOnlyList<NamedSource> sources, string data, SourceMirrors mirrors)
    {
        using var interruption = new Interruption();
        using var fetcher = new SourceFetcher(mirrors, TimeProvider.System);
        var (exit, hints) = (ExitCode.Done, new List<string>());
        foreach (var source in sources)
        {
            using var line = ProgressLine.OnConsole();
            try
            {
                var files = await fetcher.FetchAsync(source, data, new FileProgress(line), interruption.Token).ConfigureAwait(false);
                foreach (var (path, file, wasThere) in files)
                {
                    line.Say(Describe(source, path, file, wasThere));
                }

                hints.Add(HintOf(source, files[0].Path));
            }
            catch (FetchException failure)
            {
                line.Dispose();
                await Console.Error.WriteLineAsync(failure.Diagnostic.ToString()).ConfigureAwait(false);
                exit = ExitCode.StageFailed;
            }
        }

        if (hints.Count > 0)
        {
            Console.WriteLine();
            Console.WriteLine("For the manifest:");
            hints.Distinct().ToList().ForEach(Console.WriteLine);
        }

        return exit;
    }

    private static string Describe(NamedSource source, string path, FetchedFile file, bool wasThere)
    {
        var shown = Path.GetRelativePath(Environment.CurrentDirectory, path);
        var size = BytesText.Of(file.OutputBytes);
        var held = file.IsPinned
            ? $"SHA-256 {file.Sha256.Short} as published"
            : $"SHA-256 {file.Sha256.Short}, which nobody could say beforehand: this fetch was believed, later ones are held to it "
                + $"({Path.Combine(source.Folder, "fetched.json")})";
        return wasThere
            ? $"{source.Name}: {shown} is there already, {size}, as it was fetched"
            : $"{source.Name}: {shown}, {size}; {BytesText.Of(file.Bytes)} fetched, {held}";
    }

    private static string HintOf(NamedSource source, string path)
    {
        var shown = Path.GetRelativePath(Pipeline.Workspace.FindRoot(path) ?? Environment.CurrentDirectory, path);
        return source.IsEvaluation
            ? $"  lm-eval.data = \"{Path.GetDirectoryName(shown)}\""
            : $"  pretrain.corpus = \"{shown}\"";
    }

    private static void Print(IReadOnlyList<NamedSource> sources)
    {
        var width = sources.Max(s => s.Name.Length);
        foreach (var source in sources)
        {
            var sizes = source.Files.Select(f => f.Bytes).ToArray();
            var known = sizes.Sum() ?? 0;
            var size = sizes.All(s => s is not null) ? BytesText.Of(known)
                : known > 0 ? $"more than {BytesText.Of(known)}"
                : "size unknown";
            Console.WriteLine($"{source.Name.PadRight(width)}  {source.Title}; {size}, {source.License}");
            foreach (var file in source.Files)
            {
                var digest = file.Pinned is { } pinned ? $"SHA-256 {pinned}" : "digest not known beforehand: held to the first fetch";
                Console.WriteLine($"{new string(' ', width)}    {file.Output}: {file.Address.OriginalString}");
                Console.WriteLine($"{new string(' ', width)}      {digest}");
            }
        }
    }

    /// <summary>Notes stay, progress is drawn over.</summary>
    private sealed class FileProgress(ProgressLine line) : IProgress<FetchProgress>
    {
        private const double Megabyte = 1e6;
        private long first = -1;
        private double began;

        public void Report(FetchProgress value)
        {
            if (value.Note is { } note)
            {
                line.Say($"  {value.File.Output}: {note}");
                first = -1;
                return;
            }

            if (first < 0 || value.Bytes < first)
            {
                (first, began) = (value.Bytes, line.Seconds);
            }

            var speed = (value.Bytes - first) / Megabyte / Math.Max(line.Seconds - began, 0.5);
            line.Report(
                value.Length is > 0 and var length ? (double)value.Bytes / length : null,
                string.Create(CultureInfo.InvariantCulture, $"{value.File.Output} · {value.Bytes / Megabyte:N1} MB · {speed:0.0} MB/s"));
        }
    }
}
