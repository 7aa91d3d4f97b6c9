using System.IO.Compression;
using System.Text;
using Composer.Bench.Tokenizer;
using Composer.Language.Tokenizers;

namespace Composer.Bench.Tests.Tokenizer;

public sealed class TokenizerBenchmarkTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Text_is_that_of_the_folder_and_stories_fill_it_up()
    {
        folder.Write("b.txt", "second");
        folder.Write("deep/a.md", "third, deeper");
        folder.Write("picture.png", "no text");
        File.WriteAllBytes(Path.Combine(folder.Path, "a.txt"), [0xFF, 0xFE, 0x00]);
        using (var packed = new GZipStream(File.Create(Path.Combine(folder.Path, "a.1.gz")), CompressionMode.Compress))
        {
            packed.Write(Encoding.UTF8.GetBytes("first, packed"));
        }

        var text = TokenizerText.Gather([folder.Path, "/nowhere"], 20_000);
        Assert.Equal(["first, packed", "second", "third, deeper"], text.Documents.Take(3));
        Assert.InRange(text.Bytes, 20_000, 30_000);
        Assert.Equal(text.Documents.Sum(Encoding.UTF8.GetByteCount), text.Bytes);
        Assert.Contains("3 files", text.Description);
    }

    [Fact]
    public void Each_tokenizer_and_number_of_threads_is_measured_and_compared_with_the_first()
    {
        var text = TokenizerText.Gather([], 50_000);
        var bytes = new ByteTokenizer();
        TokenizerPeer[] peers =
        [
            new("bytes", (document, tokens) => bytes.Encode(document, tokens)),
            new("lengths", (document, tokens) => tokens.Add(document.Length)),
        ];
        var speeds = TokenizerBenchmark.Run(text, peers, [1, 2], rounds: 2, goal: 1e-6);
        Assert.Equal([("bytes", 1), ("bytes", 2), ("lengths", 1), ("lengths", 2)], speeds.Select(s => (s.Name, s.Threads)));
        Assert.All(speeds, s => Assert.True(s.MegabytesPerSecond.Lowest > 0));
        Assert.Equal([text.Bytes, text.Bytes, text.Documents.Count, text.Documents.Count], speeds.Select(s => s.Tokens));
        Assert.Equal([0, 0, text.Documents.Count, text.Documents.Count], speeds.Select(s => s.OtherDocuments));
        Assert.Equal([true, null, null, null], speeds.Select(s => s.MegabytesPerSecond.Reached));
    }
}
