using Composer.Language.Tokenizers;

namespace Composer.Language.Tests.Evaluation;

/// <summary>
/// Texts, tokens and scored places as lm-evaluation-harness's own code made them of the same ugly questions
/// (<c>tests/data/lm-eval</c>): white space at every end, seams within a token, cut contexts, BOS in the text, shots.
/// </summary>
public sealed class HarnessAgreementTests
{
    private static readonly string Data = Path.Join(CloneRoot.Path, "tests/data/lm-eval");
    private static readonly Dictionary<string, ITokenizer> Tokenizers = new()
    {
        ["bytes"] = new ByteTokenizer(),
        ["bpe"] = WithoutTemplate(),
        ["bpe+bos"] = TokenizerFile.Load(Path.Join(Data, "tokenizer.json")),
    };

    public static TheoryData<string> Tasks =>
        ["arc_challenge", "arc_easy", "hellaswag", "lambada_openai", "piqa", "sciq", "wikitext", "winogrande"];

    [Theory]
    [MemberData(nameof(Tasks))]
    public void Every_input_is_the_harness_s(string task)
    {
        var (compared, different) = (0, new List<string>());
        foreach (var line in File.ReadLines(Path.Join(Data, "inputs.txt")).Where(l => l.StartsWith(task + " ", StringComparison.Ordinal)))
        {
            var words = line.Split(' ');
            var lines = HarnessInputs.Parse(string.Join(' ', words[..5])).Lines(Path.Join(Data, "ugly"), name => Tokenizers[name]).ToList();
            Assert.Equal(words.Length - 5, lines.Count);
            compared += lines.Sum(l => l.Count);
            different.AddRange(lines.Zip(words[5..]).Where(p => HarnessInputs.DigestOf(p.First) != p.Second).Select(p => line));
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{task}: {compared} inputs compared, {different.Count} questions differ");
        Assert.Empty(different);
        Assert.True(compared >= 100, $"only {compared}");
    }

    private static BpeTokenizer WithoutTemplate()
    {
        var json = System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(Path.Join(Data, "tokenizer.json")))!;
        json["post_processor"] = null;
        using var folder = new TemporaryFolder();
        return TokenizerFile.Load(folder.Write("tokenizer.json", json.ToJsonString()));
    }
}
