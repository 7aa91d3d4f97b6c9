using System.CommandLine;
using System.Globalization;
using Composer.Core;
using Composer.Core.Diagnostics;
using Composer.Exchange;
using Composer.Exchange.Gguf;
using Composer.Exchange.HuggingFace;

namespace Composer.Cli.Commands;

/// <summary><c>composer export hf</c> and <c>gguf</c>: a trained model leaves in a form that other programs run.</summary>
internal static class ExportCommand
{
    private static readonly (string Unit, long Bytes)[] Units =
        [("TB", 1_000_000_000_000), ("GB", 1_000_000_000), ("MB", 1_000_000), ("KB", 1_000), ("B", 1)];

    public static Command Create() =>
        new("export", "Write a trained model for other programs: as Hugging Face's Llama, or as llama.cpp's GGUF.")
        {
            HuggingFace(),
            Gguf(),
        };

    private static Command HuggingFace()
    {
        var (source, type) = (new ExportSource("FOLDER"), TypeOption());
        var size = new Option<string>("--shard-size")
        {
            Description = "Bytes of weights beyond which another file begins, such as 5GB, the default, or 200KB.",
            DefaultValueFactory = _ => "5GB",
            HelpName = "SIZE",
        };
        var command = new Command(
            "hf",
            "Write a model as a stock Llama for transformers: config.json, safetensors, tokenizer and what belongs to it. Exact.")
        {
            source.What, source.Run, type, size, source.Artifacts,
        };
        command.SetAction(parsed =>
        {
            var bytes = BytesOf(parsed.GetRequiredValue(size));
            using var model = source.Open(parsed);
            return Say(HuggingFaceExport.Write(model, source.TargetIn(parsed), TypeIn(parsed, type), bytes));
        });
        return command;
    }

    private static Command Gguf()
    {
        var (source, type) = (new ExportSource("FILE"), TypeOption());
        var bare = new Option<bool>("--no-tokenizer") { Description = "Leave the tokenizer out; programs must then give token ids." };
        var command = new Command("gguf", "Write a model as one file for llama.cpp, tokenizer included. Exact.")
        {
            source.What, source.Run, type, bare, source.Artifacts,
        };
        command.SetAction(parsed =>
        {
            using var model = source.Open(parsed);
            return Say(GgufExport.Write(model, source.TargetIn(parsed), TypeIn(parsed, type), withTokenizer: !parsed.GetValue(bare)));
        });
        return command;
    }

    private static int Say(IReadOnlyList<string> lines)
    {
        foreach (var line in lines)
        {
            Console.WriteLine(line);
        }

        return ExitCode.Done;
    }

    private static Option<string> TypeOption()
    {
        var type = new Option<string>("--type")
        {
            Description = "How numbers are written: f32, the default, as they are; bf16 or f16 rounds them, and says what is lost.",
            DefaultValueFactory = _ => "f32",
            HelpName = "TYPE",
        };
        return type.AcceptOnlyFromAmong("f32", "bf16", "f16");
    }

    private static NumberType TypeIn(ParseResult parsed, Option<string> type) =>
        Enum.Parse<NumberType>(parsed.GetRequiredValue(type), ignoreCase: true);

    private static long BytesOf(string size)
    {
        var (unit, bytes) = Units.FirstOrDefault(u => size.EndsWith(u.Unit, StringComparison.OrdinalIgnoreCase), ("", 1));
        return decimal.TryParse(size[..^unit.Length].Trim(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count)
            && count > 0 && count * bytes is >= 1 and <= long.MaxValue
            ? (long)(count * bytes)
            : throw new UserInputException(new Diagnostic(
                "CMP1002", DiagnosticSeverity.Error, $"--shard-size '{size}' is no size.", Remedy: "Give one such as 5GB or 200KB."));
    }
}
