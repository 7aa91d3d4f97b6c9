using System.IO.Compression;
using System.Text;
using Composer.Cli.Tests.Workspaces;
using Composer.Testing.Workspaces;

namespace Composer.Cli.Tests;

/// <summary>What is wrong with data is said before anything is computed, with its place and a remedy.</summary>
[Collection(ComputedExperiment.Collection)]
public sealed class DataTests : IDisposable
{
    private static readonly string[] Piqa = ["--set", "lm-eval.tasks=[\"piqa\"]", "--set", "lm-eval.data=data/lm-eval"];

    private const string Row = "{\"goal\": \"g\", \"sol1\": \"a\", \"sol2\": \"b\", \"label\": 1}\n";

    private readonly ExperimentWorkspace workspace = new(
        TinyExperiment.Manifest.Replace("documents = 30\n", "", StringComparison.Ordinal));

    public void Dispose() => workspace.Dispose();

    public static TheoryData<string, byte[], string, string> Corpora => new()
    {
        { "latin.txt", [.. "one\n\ntw"u8, 0xF6, (byte)' '], "latin.txt(3,3): error CMP6032:", "iconv -f ISO-8859-1" },
        { "half.jsonl", [.. "{\"text\": \"a\"}\n{\"text\": \"\\udc00\"}\n"u8], "half.jsonl(2,11): error CMP6003:", "surrogate" },
        { "wide.txt", [0xFF, 0xFE, .. Encoding.Unicode.GetBytes("text")], "error CMP6030:", "iconv -f UTF-16 " },
        { "cut.jsonl.gz", Packed(Texts(1000))[..^9], "error CMP6033:", "gzip -t" },
        { "a.zip", [.. "PK\u0003\u0004"u8, 1, 2, 0], "is a zip archive", "unzip a.zip" },
        { "none.txt", [], "is empty", "Fetch it again" },
        { "few.jsonl", Texts(4), "error CMP6005:", "validation_documents" },
        { "field.jsonl", [.. "{\"text\": \"a\"}\n{\"body\": \"b\"}\n"u8], "field.jsonl(2,1): error CMP6003:", "'text'" },
        { "s.bin", [.. new byte[1200]], "error CMP6004:", "magic 0" },
    };

    [Theory]
    [MemberData(nameof(Corpora))]
    public void A_corpus_that_cannot_be_read_is_refused_before_anything_runs(string name, byte[] bytes, string said, string remedy)
    {
        var tokenizer = name == "s.bin" ? "data/t.json" : "bytes";
        string[] set = ["--set", $"pretrain.corpus=\"data/{name}\"", "--set", $"pretrain.tokenizer=\"{tokenizer}\""];
        Write(name, bytes);
        Write("t.json", SmallTokenizer.Json);

        // What plan refuses run does, by the same plan.
        foreach (var command in new[] { new[] { "manifest", "check" }, [name.StartsWith('l') ? "run" : "plan"] })
        {
            var refused = workspace.Call([.. command, TinyExperiment.Name, .. set]).Expect(2);
            Assert.Contains(said, refused.Error, StringComparison.Ordinal);
            Assert.Contains(remedy, refused.Error, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", refused.Error, StringComparison.Ordinal);
        }

        Assert.Empty(Directory.EnumerateFiles(Path.Combine(workspace.Store, "records"), "*", SearchOption.AllDirectories));
    }

    [Fact]
    public void The_text_task_of_a_search_has_its_corpus_checked_too()
    {
        Write("latin.txt", [.. "one\n\ntw"u8, 0xF6]);
        string[] set = ["--set", "evaluate.tasks=[\"text\"]", "--set", "evaluate.text.corpus=\"data/latin.txt\""];
        Assert.Contains("latin.txt(3,3)", workspace.Call(["plan", TinyExperiment.Name, .. set]).Expect(2).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("piqa.jsonl", Row + "{\"goal\": \"g\"}\n", "piqa.jsonl(2,1): error CMP6008:", "'sol1'")]
    [InlineData("piqa.jsonl", "", "holds no question", "Fetch")]
    public void Data_of_lm_eval_is_refused_by_check_and_plan(string name, string content, string said, string remedy)
    {
        Write($"lm-eval/{name}", Encoding.UTF8.GetBytes(content));
        foreach (var command in new[] { new[] { "manifest", "check" }, ["plan"] })
        {
            var refused = workspace.Call([.. command, TinyExperiment.Name, .. Piqa]).Expect(2);
            Assert.Contains(said, refused.Error, StringComparison.Ordinal);
            Assert.Contains(remedy, refused.Error, StringComparison.Ordinal);
        }
    }

    /// <summary>How long a choice is a tokenizer's file tells before anything is trained.</summary>
    [Fact]
    public void A_choice_longer_than_the_window_is_refused_before_anything_runs()
    {
        Write("t.json", SmallTokenizer.Json);
        Write("lm-eval/piqa.jsonl", Encoding.UTF8.GetBytes(Row + Row.Replace("\"a\"", $"\"{new string('a', 60)}\"", StringComparison.Ordinal)));
        foreach (var command in new[] { new[] { "manifest", "check" }, ["plan"], ["run"] })
        {
            string[] set = ["--set", "pretrain.tokenizer=\"data/t.json\"", .. Piqa];
            var refused = workspace.Call([.. command, TinyExperiment.Name, .. set]).Expect(2);
            Assert.Contains("piqa.jsonl(2,1): error CMP6037: 'piqa', question 2: choice 1 has ", refused.Error, StringComparison.Ordinal);
            Assert.Contains("more than the 32 that the model is given", refused.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_check_says_which_data_is_not_there_to_be_checked()
    {
        var call = workspace.Call("manifest", "check", TinyExperiment.Name, "--set", "pretrain.corpus=\"data/none/*.jsonl\"").Expect(0);
        Assert.Contains("Not checked: There is no file 'data/none/*.jsonl'", call.Output, StringComparison.Ordinal);
        Assert.Contains("no mistakes", call.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_packed_corpus_and_packed_questions_train_and_score_as_the_plain_ones()
    {
        Write("plain.jsonl", Texts(40));
        Write("packed.jsonl.gz", Packed([0xEF, 0xBB, 0xBF, .. Texts(40)]));
        Write("lm-eval/piqa.jsonl.gz", Packed(Encoding.UTF8.GetBytes(Row + Row)));
        string[] until = ["--until", "lm-eval/llama", .. Piqa];
        Assert.Equal(WeightsOf("plain.jsonl"), WeightsOf("packed.jsonl.gz"));

        string WeightsOf(string corpus)
        {
            workspace.Run([.. until, "--set", $"pretrain.corpus=\"data/{corpus}\""]).Expect(0);
            var trained = workspace.Call("trace", "pretrain/llama.validation_loss", "--json").Expect(0).Json["stages"]![0]!;
            return (string)trained["blobs"]!.AsArray().Single(b => (string)b!["name"]! == "model.safetensors")!["digest"]!;
        }
    }

    private void Write(string name, byte[] bytes)
    {
        var path = Path.Combine(workspace.Root, "data", name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
    }

    private static byte[] Texts(int count) => Encoding.UTF8.GetBytes(string.Concat(
        Enumerable.Range(0, count).Select(i => $"{{\"text\": \"This is the text {i * i * 7919} of {count}, and it goes on for a while.\"}}\n")));

    private static byte[] Packed(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(bytes);
        }

        return packed.ToArray();
    }
}
