using System.CommandLine;
using Composer.Cli.Terminal;
using Composer.Core;
using Composer.Core.Diagnostics;
using Composer.Core.Text;
using Composer.Language.Corpora;
using Composer.Language.Description;
using Composer.Language.Tokenizers;

namespace Composer.Cli.Commands.Data;

/// <summary><c>composer data describe</c>: what files are.</summary>
internal static class DataDescribeCommand
{
    private const int MostFields = 20;
    private const int WidthOfPipe = 160;

    public static Command Create()
    {
        var paths = new Argument<string[]>("PATH")
        {
            Description = "Files, patterns with * and ?, or folders.",
            Arity = ArgumentArity.OneOrMore,
        };
        var tokenizer = new Option<string?>("--tokenizer")
        {
            Description = "Counts tokens and makes text of shards: a tokenizer.json, a tiktoken .model, or bytes.",
            HelpName = "FILE|bytes",
        };
        var field = new Option<string>("--text-field")
        {
            Description = "The field of JSONL, or column of Parquet, that holds the text.",
            DefaultValueFactory = _ => CorpusSettings.DefaultTextField,
            HelpName = "FIELD",
        };
        var samples = NumberOption.Of("--samples", "How many documents to show the beginning of; 3 by default.", 0, 1000);
        var command = new Command("describe", "Say what files are: kind, documents, fields, tokens, the beginning of what is in them.")
        {
            paths, tokenizer, field, samples,
        };
        command.SetAction(parsed =>
        {
            ITokenizer? counted = parsed.GetValue(tokenizer) switch
            {
                null => null,
                CorpusSettings.Bytes => new ByteTokenizer(),
                var file => TokenizerFile.Load(file),
            };
            var describer = new FileDescriber(
                parsed.GetValue(field)!, counted, parsed.GetValue(samples) ?? 3, Environment.ProcessorCount);
            var (exit, mistakes) = (ExitCode.Done, new List<Diagnostic>());
            foreach (var path in parsed.GetRequiredValue(paths))
            {
                try
                {
                    foreach (var file in FileDescriber.FilesOf(path, Environment.CurrentDirectory))
                    {
                        mistakes.AddRange(Print(describer.Describe(file)));
                    }
                }
                catch (UserInputException missing)
                {
                    mistakes.AddRange(missing.Diagnostics);
                }
            }

            foreach (var mistake in mistakes)
            {
                Console.Error.WriteLine(mistake);
                exit = ExitCode.UserInput;
            }

            return exit;
        });
        return command;
    }

    private static IReadOnlyList<Diagnostic> Print(FileDescription file)
    {
        var width = Console.IsOutputRedirected ? WidthOfPipe : TerminalWidth.Current;
        Console.WriteLine($"{Path.GetRelativePath(Environment.CurrentDirectory, file.Path)}: {file.Kind}, {BytesText.Of(file.Bytes)}");
        var column = file.Facts.Select(f => f.Name.Length).Concat(file.Fields.Select(f => f.Name.Length)).DefaultIfEmpty().Max();
        column = Math.Min(column, width / 3);
        foreach (var (name, value) in file.Facts)
        {
            Write($"  {name.PadRight(column)}  {value}");
        }

        if (file.Fields.Count > 0)
        {
            Write("  fields");
            foreach (var (name, kind) in file.Fields.Take(MostFields))
            {
                Write($"    {name.PadRight(column)}  {kind}");
            }

            if (file.Fields.Count > MostFields)
            {
                Write($"    and {file.Fields.Count - MostFields} more");
            }
        }

        if (file.Samples.Count > 0)
        {
            Write("  begins");
            foreach (var sample in file.Samples)
            {
                Write($"    {sample.Trim()}");
            }
        }

        return file.Mistakes;

        void Write(string line) => Console.WriteLine(Cells.Crop(line, width));
    }
}
