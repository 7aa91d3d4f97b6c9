using System.CommandLine;
using Composer.Core;
using Composer.Exchange.HuggingFace;

namespace Composer.Cli.Commands;

/// <summary><c>composer import hf</c>: a Llama checkpoint comes in.</summary>
internal static class ImportCommand
{
    public static Command Create()
    {
        var folder = new Argument<string>("FOLDER") { Description = "A Llama checkpoint with its tokenizer, as transformers saves it." };
        var to = new Option<string>("--to") { Description = "The folder to write.", HelpName = "FOLDER", Required = true };
        var hf = new Command(
            "hf", "Read a Llama of Hugging Face's into this program's form: model.safetensors and tokenizer.json. Exact.") { folder, to };
        to.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var name }] && string.IsNullOrWhiteSpace(name))
            {
                result.AddError("--to has no name.");
            }
        });
        hf.SetAction(parsed =>
        {
            using var checkpoint = HuggingFaceCheckpoint.Open(parsed.GetRequiredValue(folder));
            foreach (var line in HuggingFaceImport.Write(checkpoint, parsed.GetRequiredValue(to)))
            {
                Console.WriteLine(line);
            }

            return ExitCode.Done;
        });
        return new Command(
            "import",
            "Bring a model in. As a baseline of an experiment a checkpoint needs no import: [[baseline]] checkpoint = \"FOLDER\".")
        {
            hf,
        };
    }
}
