using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Composer.Bench.Tokenizer;
using Microsoft.ML.Tokenizers;
using Scanner = Composer.Language.Tokenizers.PreTokenizers.PreTokenizer;

namespace Composer.Benchmarks;

/// <summary><c>composer bench tokenizer</c> with Microsoft.ML.Tokenizers beside ours, which the product does not ship.</summary>
internal static class TokenizerComparison
{
    private const string EndOfText = "<|endoftext|>";

    /// <returns>The exit code.</returns>
    public static int Run(string[] arguments) => TokenizerCommand.Create(PeersOf).Parse(arguments).Invoke();

    /// <summary>It cuts by the same pattern, as the runtime's Regex reads it, and has the same ranks.</summary>
    private static IReadOnlyList<TokenizerPeer> PeersOf(string path)
    {
        var ranks = path.EndsWith(".json", StringComparison.Ordinal) ? RanksOfJson(path) : File.ReadAllText(path);
        var count = ranks.AsSpan().Count('\n');
        var scanner = count switch
        {
            < 60_000 => Scanner.Gpt2,
            < 150_000 => Scanner.Llama3,
            _ => Scanner.O200k,
        };
        var peer = TiktokenTokenizer.Create(
            new MemoryStream(Encoding.ASCII.GetBytes(ranks)),
            new RegexPreTokenizer(new Regex(scanner.Pattern, RegexOptions.Compiled | RegexOptions.CultureInvariant), null),
            null,
            new Dictionary<string, int> { [EndOfText] = count });
        return [new TokenizerPeer("Microsoft.ML.Tokenizers", (document, tokens) => tokens.AddRange(peer.EncodeToIds(document)))];
    }

    private static string RanksOfJson(string path)
    {
        var bytes = new Dictionary<char, byte>();
        var next = 256;
        for (var b = 0; b < 256; b++)
        {
            var printable = b is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF);
            bytes[(char)(printable ? b : next++)] = (byte)b;
        }

        using var json = JsonDocument.Parse(File.ReadAllBytes(path));
        var vocabulary = json.RootElement.GetProperty("model").GetProperty("vocab").EnumerateObject();
        return string.Concat(vocabulary.OrderBy(t => t.Value.GetInt32()).Select(
            t => $"{Convert.ToBase64String([.. t.Name.Select(c => bytes[c])])} {t.Value.GetInt32()}\n"));
    }
}
