using System.CommandLine;
using System.Globalization;
using Composer.Cli.Output;
using Composer.Core;
using Composer.Core.Text;
using Composer.Language.Corpora;
using Composer.Pipeline;

namespace Composer.Cli.Commands.Data;

/// <summary><c>composer data prepare</c>: files of text become token shards.</summary>
internal static class DataPrepareCommand
{
    private const double Megabyte = 1e6;
    private const int MostNamed = 3;

    public static Command Create()
    {
        var inputs = new Argument<string[]>("INPUT")
        {
            Description = "Files of text, JSONL (plain, .gz or .zst) or Parquet, patterns with * and ?, or folders of such files.",
            Arity = ArgumentArity.OneOrMore,
        };
        var to = new Option<string>("--to") { Description = "The folder to make.", HelpName = "FOLDER", Required = true };
        var tokenizer = new Option<string>("--tokenizer")
        {
            Description = "A tokenizer.json or tiktoken .model, bytes, or bpe, which is trained on the text.",
            HelpName = "FILE|bytes|bpe",
            Required = true,
        };
        var vocabulary = NumberOption.Of("--vocabulary", "Vocabulary of a bpe to train; 512 by default.", 258, 262_144);
        var field = new Option<string>("--text-field")
        {
            Description = "The field of JSONL, or column of Parquet, that holds the text.",
            DefaultValueFactory = _ => CorpusSettings.DefaultTextField,
            HelpName = "FIELD",
        };
        var documents = NumberOption.Of("--documents", "How many documents to train on, drawn at random; all by default.", 1, 100_000_000);
        var validation = new Option<string?>("--validation")
        {
            Description = "How many documents to hold out (by default 200, or a tenth of fewer than 2000), "
                + "or files of their own to hold out.",
            HelpName = "N|PATH",
        };
        var skip = new Option<bool>("--skip-bad-lines")
        {
            Description = "Leave out lines and rows that cannot be read, and count them, instead of refusing them.",
        };
        var threads = NumberOption.Of("--threads", "Cores to use; all by default.", 1, 1024);
        var seed = new Option<ulong>("--seed") { Description = "Of which documents are taken and held out; 0 by default.", HelpName = "N" };
        var command = new Command("prepare", "Make token shards, with their document index, of files of text.")
        {
            inputs, to, tokenizer, vocabulary, field, documents, validation, skip, threads, seed,
        };
        command.SetAction((parsed, _) =>
        {
            var held = parsed.GetValue(validation);
            var isCount = int.TryParse(held, NumberStyles.None, CultureInfo.InvariantCulture, out var count);
            if (held is not null && (held.Length == 0 || (isCount && count < 1)))
            {
                throw DataCommand.Mistake("--validation must be at least 1, or the path of files.");
            }

            var settings = new CorpusSettings
            {
                Tokenizer = parsed.GetRequiredValue(tokenizer),
                Vocabulary = parsed.GetValue(vocabulary) ?? new CorpusSettings().Vocabulary,
                TextField = parsed.GetValue(field)!,
                Documents = parsed.GetValue(documents) ?? 0,
                ValidationDocuments = count,
                Validation = isCount ? "" : held ?? "",
                SkipBadLines = parsed.GetValue(skip),
            };
            return Task.FromResult(Run(
                parsed.GetRequiredValue(inputs),
                settings,
                new Seed(parsed.GetValue(seed)),
                parsed.GetRequiredValue(to),
                parsed.GetValue(threads) ?? Environment.ProcessorCount));
        });
        return command;
    }

    private static int Run(string[] inputs, CorpusSettings settings, Seed seed, string output, int threads)
    {
        using var interruption = new Interruption();
        using var line = new ProgressLineOf(settings);
        var prepared = ShardPreparation.Run(
            inputs, settings, seed, Environment.CurrentDirectory, output, threads, line, interruption.Token);
        line.Dispose();
        var (training, validation) = (prepared.Training, prepared.Validation);
        if (prepared.Left.Count > 0)
        {
            var named = prepared.Left.Take(MostNamed).Select(f => $"'{Path.GetRelativePath(Environment.CurrentDirectory, f)}'");
            var more = prepared.Left.Count > MostNamed ? $" and {prepared.Left.Count - MostNamed} more" : "";
            Console.WriteLine($"Left out, by their endings: {string.Join(", ", named)}{more}");
        }

        if (prepared.Skipped is { } skipped)
        {
            Console.WriteLine($"Left out: {CountText.Of(skipped, "bad line")}");
        }

        var bytes = training.Bytes + validation.Bytes;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{training.Documents:N0} documents, {training.Tokens:N0} tokens to train on in "
            + $"{CountText.Of(training.Shards.Count, "shard")}; "
            + $"{validation.Documents:N0} documents, {validation.Tokens:N0} tokens held out"));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{bytes / Megabyte:N1} MB of text in {ElapsedText.Of(line.Seconds)}, {bytes / Megabyte / line.Seconds:0.0} MB/s with "
            + $"{CountText.Of(threads, "thread")}; {(double)bytes / (training.Tokens + validation.Tokens):0.00} bytes a token"));
        Console.WriteLine();
        Console.WriteLine("For the manifest:");
        Console.WriteLine();
        Console.WriteLine("[pretrain]");
        Console.WriteLine($"corpus = \"{In(prepared, "training-*.bin")}\"");
        Console.WriteLine($"validation = \"{In(prepared, "validation-*.bin")}\"");
        Console.WriteLine($"tokenizer = \"{(prepared.TokenizerFile is { } file ? In(prepared, file) : CorpusSettings.Bytes)}\"");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"vocabulary = {prepared.Vocabulary}"));
        return ExitCode.Done;
    }

    /// <summary>Relative to the clone where it lies in one, as manifests name it.</summary>
    private static string In(PreparedShards prepared, string name)
    {
        var path = Path.Combine(prepared.Folder, name);
        if (Workspace.FindRoot(prepared.Folder) is { } root)
        {
            path = Path.GetRelativePath(root, path);
        }

        return path.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
    }

    private sealed class ProgressLineOf : IProgress<TokenizationProgress>, IDisposable
    {
        private readonly ProgressLine line = ProgressLine.OnConsole();

        public ProgressLineOf(CorpusSettings settings) =>
            line.Report(null, settings.Tokenizer == CorpusSettings.Bpe ? "reads the text and trains the tokenizer" : "reads the text");

        public double Seconds => line.Seconds;

        public void Report(TokenizationProgress value) => line.Report(
            (double)value.Documents / Math.Max(1, value.AllDocuments),
            string.Create(
                CultureInfo.InvariantCulture,
                $"document {value.Documents:N0} of {value.AllDocuments:N0} · {value.Bytes / Megabyte:N1} MB · "
                + $"{value.Bytes / Megabyte / Math.Max(Seconds, 1e-9):0.0} MB/s"));

        public void Dispose() => line.Dispose();
    }
}
