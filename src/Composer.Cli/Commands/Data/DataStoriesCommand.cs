using System.CommandLine;
using Composer.Core;
using Composer.Language.Corpora;

namespace Composer.Cli.Commands.Data;

/// <summary><c>composer data stories</c>: the documents of the generated corpus.</summary>
internal static class DataStoriesCommand
{
    /// <summary>Enough to see what they are like.</summary>
    private const int Shown = 5;

    public static Command Create()
    {
        var documents = NumberOption.Of(
            "--documents", "Documents to train on; 5 on standard output, 20,000 in a file, as manifests have by default.", 1, 100_000_000);
        var validation = NumberOption.Of("--validation", "Documents held out; none on standard output, 200 in a file.", 0, 10_000_000);
        var seed = new Option<ulong>("--seed") { Description = "The manifest's; 0 by default.", HelpName = "N" };
        var forSearch = new Option<bool>("--for-search") { Description = "Those of the search's task 'text', not those of pretrain." };
        var to = new Option<string?>("--to") { Description = "The file to write; standard output by default.", HelpName = "FILE.jsonl" };
        var command = new Command("stories", "Print or export the generated stories, as stages train on them: JSONL, a story a line.")
        {
            documents, validation, seed, forSearch, to,
        };
        command.SetAction(parsed =>
        {
            var file = parsed.GetValue(to);
            var training = parsed.GetValue(documents) ?? (file is null ? Shown : CorpusSettings.DefaultStories);
            var heldOut = parsed.GetValue(validation) ?? (file is null ? 0 : new CorpusSettings().ValidationDocuments);
            var manifest = new Seed(parsed.GetValue(seed));
            var corpus = new GeneratedStories(
                parsed.GetValue(forSearch) ? GeneratedStories.SeedOfSearch(manifest) : manifest, training, heldOut);
            return JsonLinesOutput.Write(file, training + heldOut, "document", (json, i) =>
            {
                json.WriteString("text", corpus.Read(i));
                json.WriteBoolean("held_out", corpus.IsHeldOut(i));
            });
        });
        return command;
    }
}
