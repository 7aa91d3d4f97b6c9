using Composer.Core;
using Composer.Core.Diagnostics;
using Composer.Language.Corpora;

namespace Composer.Language.Tests.Corpora.Toy;

/// <summary>A format of corpora that no product source knows goes wherever the others go.</summary>
public sealed class ArticlesTests : IDisposable
{
    private static readonly Seed Seed = new(4);
    private static readonly CorpusSettings Settings = new() { Tokenizer = "bytes", ValidationDocuments = 2 };

    private readonly TemporaryFolder folder = new();

    public ArticlesTests()
    {
        folder.Write("a.articles", string.Concat(Enumerable.Range(0, 9).Select(i => $"== title {i} ==\nbody {i}\n")));
        folder.Write("b.ARTICLES", "== last ==\nbody 9\n");
        folder.Write("same.jsonl", string.Concat(Enumerable.Range(0, 10).Select(i => $"{{\"text\": \"body {i}\"}}\n")));
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Adding_a_corpus_format_is_these_files() => Assert.Equal(
        ["ArticlesCollection.cs", "ArticlesTests.cs", "ToyRegistration.cs"],
        Directory.EnumerateFiles(Path.Join(CloneRoot.Path, "tests/Composer.Language.Tests/Corpora/Toy"))
            .Select(Path.GetFileName).Order(StringComparer.Ordinal));

    [Fact]
    public void Its_documents_are_split_tokenized_and_digested_as_any()
    {
        var disposed = ArticlesCollection.Disposed;
        using var articles = CorpusPreparation.Prepare(Settings with { Corpus = "?.*" }, Seed, folder.Path);
        using var lines = CorpusPreparation.Prepare(Settings with { Corpus = "same.jsonl" }, Seed, folder.Path);
        Assert.Equal(8, All(articles.Training).Count(t => t == 256));
        Assert.Equal(2, All(articles.Validation).Count(t => t == 256));
        Assert.Equal(All(lines.Training), All(articles.Training));
        Assert.Equal(All(lines.Validation), All(articles.Validation));
        Assert.Equal(lines.ContentDigest, articles.ContentDigest);
        Assert.Equal(disposed + 1, ArticlesCollection.Disposed);
    }

    [Fact]
    public void Its_ending_is_a_part_of_what_a_key_covers()
    {
        File.Copy(folder["a.articles"], folder["a.txt"]);
        Assert.NotEqual(Source("a.txt"), Source("a.articles"));
        File.Copy(folder["a.articles"], folder["c.articles"]);
        Assert.Equal(Source("a.articles"), Source("c.articles"));

        Digest Source(string corpus) => CorpusPreparation.SourceDigest(Settings with { Corpus = corpus }, folder.Path);
    }

    [Fact]
    public void Messages_name_it()
    {
        Assert.Equal(
            "A corpus is 'stories', or the path of text, JSONL, Parquet, articles or token shards.", MistakeOf(Settings with { Corpus = "none" }).Remedy);
        Assert.Contains(
            "9 documents", MistakeOf(Settings with { Corpus = "a.articles", ValidationDocuments = 9 }).Message, StringComparison.Ordinal);

        Diagnostic MistakeOf(CorpusSettings settings) =>
            Assert.Throws<UserInputException>(() => CorpusPreparation.Prepare(settings, Seed, folder.Path)).Diagnostics[0];
    }

    [Theory]
    [InlineData("JsonLines", ".new")]
    [InlineData("New", ".json")]
    [InlineData("New", ".articles")]
    [InlineData("New", ".bin")]
    public void A_name_or_an_ending_that_is_taken_is_refused(string name, string ending)
    {
        var format = new CorpusFormat(name, "new", [ending], (_, _, _) => throw new InvalidOperationException("It is never opened."));
        Assert.Throws<ArgumentException>(() => CorpusFormats.Add(format));
    }

    private static int[] All(ITokenSource source)
    {
        var tokens = new int[source.Count];
        source.Read(0, tokens);
        return tokens;
    }
}
