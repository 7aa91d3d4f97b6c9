using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Composer.Core;
using Composer.Language.Corpora;
using Composer.Language.Sources;
using Composer.Language.Tests.Files;

namespace Composer.Language.Tests.Sources;

/// <summary>What a fetch leaves is what was named, whole, and known again.</summary>
public sealed class SourceFetcherTests : IDisposable
{
    private static readonly byte[] Text = [.. "one\n\ntwo\n"u8];
    private readonly TemporaryFolder folder = new();
    private readonly List<FetchProgress> told = [];

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task What_was_fetched_is_not_fetched_again_and_held_to_its_digest()
    {
        using var server = new LocalServer(r => LocalServer.File(r, Text));
        var source = SourceOf("a.txt", SourceForm.AsItIs, Digest.Of(Text));
        var (path, file, wasThere) = Assert.Single(await FetchAsync(source, server));
        Assert.False(wasThere);
        Assert.Equal(Text, File.ReadAllBytes(path));
        Assert.Equal(
            new FetchedFile("https://data.example/rev/a.bin", Text.Length, Digest.Of(Text), true, Text.Length, Digest.Of(Text)), file);
        Assert.Equal(["a.txt", "fetched.json"], Directory.EnumerateFileSystemEntries(folder["toy"]).Select(Path.GetFileName).Order());
        Assert.True(Assert.Single(await FetchAsync(source, server)).WasThere);
        Assert.Equal("/rev/a.bin", Assert.Single(server.Requests).Path);
    }

    [Fact]
    public async Task Other_bytes_than_published_leave_nothing()
    {
        using var server = new LocalServer(r => LocalServer.File(r, [.. Text, 1]));
        var source = SourceOf("a.txt", SourceForm.AsItIs, Digest.Of(Text));
        var failure = await Assert.ThrowsAsync<FetchException>(() => FetchAsync(source, server));
        Assert.Equal("CMP6064", failure.Diagnostic.Code);
        Assert.Contains(Digest.Of(Text).ToString(), failure.Message, StringComparison.Ordinal);
        Assert.Contains(Digest.Of([.. Text, 1]).ToString(), failure.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(folder["toy"], "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_file_whose_digest_nobody_knew_is_held_to_its_first_fetch()
    {
        var content = Text;
        using var server = new LocalServer(r => LocalServer.File(r, content));
        var source = SourceOf("a.txt", SourceForm.AsItIs, null);
        var (path, file, _) = Assert.Single(await FetchAsync(source, server));
        Assert.False(file.IsPinned);
        File.Delete(path);
        Assert.False(Assert.Single(await FetchAsync(source, server)).WasThere);
        File.Delete(path);
        content = [.. Text, .. Text];
        var failure = await Assert.ThrowsAsync<FetchException>(() => FetchAsync(source, server));
        Assert.Contains("when it was fetched first", failure.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(path));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_file_of_the_users_is_never_overwritten(bool wasFetched)
    {
        using var server = new LocalServer(r => LocalServer.File(r, Text));
        var source = SourceOf("a.txt", SourceForm.AsItIs, Digest.Of(Text));
        if (wasFetched)
        {
            await FetchAsync(source, server);
        }

        folder.Write("toy/a.txt", "mine");
        var failure = await Assert.ThrowsAsync<FetchException>(() => FetchAsync(source, server));
        Assert.Equal("CMP6067", failure.Diagnostic.Code);
        Assert.Equal("mine", File.ReadAllText(folder["toy/a.txt"]));
    }

    [Fact]
    public async Task Parts_of_two_files_are_thrown_away_and_the_whole_is_fetched()
    {
        var content = new byte[500_000];
        var answers = new Queue<int?>([200_000, null, null]);
        using var server = new LocalServer(r => LocalServer.File(r, content, cutAfter: answers.Dequeue()));
        var fetcher = Fetcher(server, (_, _) =>
        {
            // The disk gives back other bytes than were written.
            foreach (var part in Directory.EnumerateFiles(folder.Path, "*.part", SearchOption.AllDirectories))
            {
                File.WriteAllBytes(part, [.. Enumerable.Repeat((byte)9, 200_000)]);
            }

            return Task.CompletedTask;
        });
        using (fetcher)
        {
            var source = SourceOf("a.txt", SourceForm.AsItIs, Digest.Of(content));
            await fetcher.FetchAsync(source, folder.Path, new Progress(told), TestContext.Current.CancellationToken);
        }

        Assert.Equal(content, File.ReadAllBytes(folder["toy/a.txt"]));
        Assert.Null(server.Requests[2].Header("Range"));
        Assert.Contains(told, t => t.Note?.Contains("once more as a whole", StringComparison.Ordinal) == true);
    }

    [Fact]
    public async Task A_packages_texts_become_a_document_each_in_the_order_of_their_numbers()
    {
        var package = Package(
            ("package/data/chapter_10.txt", "ten\n"), ("package/data/chapter_2.txt", "two «é» \"q\"\n"), ("package/data/contents.txt", "no"),
            ("package/data/chapter_2.json", "{}"), ("package/lib/main.js", "no"), ("package/../../evil.txt", "no"));
        using var server = new LocalServer(r => LocalServer.File(r, package));
        var source = SourceOf("b.jsonl", SourceForm.PackagedTexts, Digest.Of(package));
        var (path, _, _) = Assert.Single(await FetchAsync(source, server));
        Assert.Equal(
            "{\"id\":\"chapter_2\",\"text\":\"two «é» \\\"q\\\"\"}\n{\"id\":\"chapter_10\",\"text\":\"ten\"}\n", File.ReadAllText(path));
        Assert.Equal(["two «é» \"q\"", "ten"], DataFiles.ReadAll(new JsonLinesCollection("b", [path])));
    }

    [Fact]
    public async Task Rows_of_parquet_become_what_lm_eval_reads()
    {
        var parquet = DataFiles.Parquet(2, ["{\"goal\"", "b", null]);
        using var server = new LocalServer(r => LocalServer.File(r, parquet));
        var (path, _, _) = Assert.Single(await FetchAsync(SourceOf("c.jsonl", SourceForm.RowsAsJsonLines, null), server));
        var rows = File.ReadAllLines(path).Select(line => JsonDocument.Parse(line).RootElement).ToArray();
        Assert.Equal(["{\"goal\"", "b", null], rows.Select(r => r.GetProperty("text").GetString()));
    }

    [Theory]
    [InlineData("a.parquet", SourceForm.AsItIs)]
    [InlineData("a.jsonl", SourceForm.RowsAsJsonLines)]
    [InlineData("a.jsonl", SourceForm.PackagedTexts)]
    public async Task What_nobody_could_say_a_digest_of_is_looked_at(string output, SourceForm form)
    {
        using var server = new LocalServer(r => LocalServer.File(r, Text));
        var failure = await Assert.ThrowsAsync<FetchException>(() => FetchAsync(SourceOf(output, form, null), server));
        Assert.Equal("CMP6069", failure.Diagnostic.Code);
        Assert.False(File.Exists(folder[$"toy/{output}"]));
    }

    [Fact]
    public async Task A_disk_without_room_is_told_before_anything_comes()
    {
        using var server = new LocalServer(r => LocalServer.File(r, Text));
        var source = SourceOf("a.txt", SourceForm.AsItIs, Digest.Of(Text));
        source = source with { Files = [source.Files[0] with { Bytes = long.MaxValue }] };
        Assert.Equal("CMP6066", (await Assert.ThrowsAsync<FetchException>(() => FetchAsync(source, server))).Diagnostic.Code);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task Two_do_not_fetch_into_one_folder()
    {
        using var server = new LocalServer(r => LocalServer.File(r, Text));
        Directory.CreateDirectory(folder["toy/.fetching"]);
        using var held = new FileStream(folder["toy/.fetching/lock"], FileMode.Create, FileAccess.Write, FileShare.None);
        var failure = await Assert.ThrowsAsync<FetchException>(() => FetchAsync(SourceOf("a.txt", SourceForm.AsItIs, null), server));
        Assert.Contains("Another composer", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_is_a_mirror_too()
    {
        folder.WriteBytes("mirror/rev/a.bin", Text);
        using var fetcher = new SourceFetcher(SourceMirrors.Parse([folder["mirror"]]), TimeProvider.System);
        await fetcher.FetchAsync(
            SourceOf("a.txt", SourceForm.AsItIs, Digest.Of(Text)), folder.Path, new Progress(told), TestContext.Current.CancellationToken);
        Assert.Equal(Text, File.ReadAllBytes(folder["toy/a.txt"]));
        var gone = await Assert.ThrowsAsync<FetchException>(() => fetcher.FetchAsync(
            SourceOf("b.txt", SourceForm.AsItIs, null, "https://data.example/other"), folder.Path, new Progress(told),
            TestContext.Current.CancellationToken));
        Assert.Equal("CMP6061", gone.Diagnostic.Code);
    }

    /// <summary>By npm, whose registry every developer has; where it is not to be had, the test says so.</summary>
    [Fact]
    public async Task Real_prose_comes_as_published()
    {
        using var fetcher = new SourceFetcher(SourceMirrors.None, TimeProvider.System);
        var source = Assert.Single(NamedSources.Find(["moby-dick"]));
        try
        {
            var (path, file, _) = Assert.Single(
                await fetcher.FetchAsync(source, folder.Path, new Progress(told), TestContext.Current.CancellationToken));
            Assert.True(file.IsPinned);
            Assert.Equal(Digest.Parse("b1d8babbb24ace17bc31d8fd452411f6bd538980018c0d0633556860166ae5ea"), file.OutputSha256);
            using var documents = new JsonLinesCollection("moby", [path]);
            Assert.Equal(138, documents.Count);
            Assert.Contains("Call me Ishmael.", documents.Read(0), StringComparison.Ordinal);
        }
        catch (FetchException failure) when (failure.Diagnostic.Code == "CMP6068")
        {
            Assert.Skip($"npm, or what it fetches from, cannot be had here: {failure.Message}");
        }
    }

    private static NamedSource SourceOf(
        string output, SourceForm form, Digest? digest, string address = "https://data.example/rev/a.bin") =>
        new("toy", "toy", "A toy", "none", [new SourceFile(new Uri(address), output, form) { Pinned = digest }]);

    private static byte[] Package(params (string Name, string Content)[] entries)
    {
        using var bytes = new MemoryStream();
        using (var packed = new GZipStream(bytes, CompressionLevel.Fastest, leaveOpen: true))
        using (var archive = new TarWriter(packed))
        {
            foreach (var (name, content) in entries)
            {
                archive.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name)
                {
                    DataStream = new MemoryStream(Encoding.UTF8.GetBytes(content)),
                });
            }
        }

        return bytes.ToArray();
    }

    private static SourceFetcher Fetcher(LocalServer server, Func<TimeSpan, CancellationToken, Task>? wait = null) => new(
        SourceMirrors.Parse([server[""].AbsoluteUri]),
        TimeProvider.System,
        wait ?? ((_, _) => Task.CompletedTask),
        TimeSpan.FromSeconds(20));

    private async Task<IReadOnlyList<(string Path, FetchedFile File, bool WasThere)>> FetchAsync(NamedSource source, LocalServer server)
    {
        using var fetcher = Fetcher(server);
        return await fetcher.FetchAsync(source, folder.Path, new Progress(told), TestContext.Current.CancellationToken);
    }

    private sealed class Progress(List<FetchProgress> told) : IProgress<FetchProgress>
    {
        public void Report(FetchProgress value) => told.Add(value);
    }
}
