using System.CommandLine;
using Composer.Bench.Measuring;
using Composer.Language.Tokenizers;
using Composer.Language.Tokenizers.PreTokenizers;

namespace Composer.Bench.Tokenizer;

/// <summary><c>composer bench tokenizer</c>: how fast text becomes tokens.</summary>
internal static class TokenizerCommand
{
    /// <summary>Megabytes a second on one core that the project promises, with a published vocabulary on 50 MB.</summary>
    private const double Goal = 8;
    private const int TrainedVocabulary = 4096;
    private const int TrainedOn = 2000;

    /// <param name="peersOf">Other tokenizers of a file's vocabulary, measured beside ours; none in the product itself.</param>
    public static Command Create(Func<string, IReadOnlyList<TokenizerPeer>>? peersOf = null)
    {
        var file = new Option<string?>("--tokenizer")
        {
            Description = "A tokenizer.json or tiktoken .model; a BPE of 4,096 trained on the text by default.",
            HelpName = "FILE",
        };
        var text = new Option<string[]>("--text")
        {
            Description = "Folders with files of text; the system's documentation by default. Stories fill up what is missing.",
            HelpName = "FOLDER",
            DefaultValueFactory = _ => ["/usr/share/doc", "/usr/share/perl", "/usr/share/man"],
        };
        var size = BenchOption.Of<double>("--size", 50, "Megabytes of text; 50 by default.");
        size.HelpName = "MB";
        var threads = BenchOption.Of<int[]>("--threads", [1, 2], "Numbers of threads, each measured for itself; 1 and 2 by default.");
        var repeat = BenchOption.Of("--repeat", 3, "Rounds, each tokenizer and number of threads in turn.");
        var command = new Command("tokenizer", "How many megabytes of text a second become tokens, of one vocabulary.")
        {
            file, text, size, threads, repeat,
        };
        var output = new OutputOptions(command, hasMarkdown: true);
        command.SetAction(parsed =>
        {
            Mistakes.RequireAtLeast(repeat.Name, parsed.GetValue(repeat), 1);
            Array.ForEach(parsed.GetValue(threads)!, count => Mistakes.RequireAtLeast(threads.Name, count, 1));
            var load = MachineText.Load();
            var documents = TokenizerText.Gather(parsed.GetValue(text)!, (long)(Math.Clamp(parsed.GetValue(size), 0.1, 2000) * 1e6));
            var path = parsed.GetValue(file);
            var ours = path is null
                ? BpeTrainer.Train(documents.Documents.Take(TrainedOn), TrainedVocabulary, PreTokenizer.Llama3)
                : TokenizerFile.Load(path);
            TokenizerPeer[] peers =
            [
                new("Composer", (document, tokens) => ours.Encode(document, tokens)),
                .. path is null || peersOf is null ? [] : peersOf(path),
            ];
            double? goal = path is null ? null : Goal;
            output.Print(
                parsed,
                new TokenizerView(
                    MachineText.Description,
                    load,
                    path is null ? $"trained on the text, {ours.Name}" : $"{Path.GetFileName(path)}, {ours.Name}",
                    documents.Description,
                    documents.Bytes / 1e6,
                    TokenizerBenchmark.Run(documents, peers, parsed.GetValue(threads)!, parsed.GetValue(repeat), goal)),
                view => view.Lines,
                view => view.Markdown);
        });
        return command;
    }
}
