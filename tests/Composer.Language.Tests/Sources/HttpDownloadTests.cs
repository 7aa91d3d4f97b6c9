using System.Globalization;
using Composer.Core;
using Composer.Language.Sources;

namespace Composer.Language.Tests.Sources;

/// <summary>A file comes whole whatever the server and the line do, and no byte comes twice that need not.</summary>
public sealed class HttpDownloadTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly byte[] content = new byte[700_000];
    private readonly List<double> waits = [];
    private readonly List<string> notes = [];
    private readonly HttpClient client = new() { Timeout = Timeout.InfiniteTimeSpan };

    public HttpDownloadTests()
    {
        var rng = new Rng(new Seed((ulong)TestSeed.Of(41)));
        for (var i = 0; i < content.Length; i++)
        {
            content[i] = (byte)rng.NextInt(256);
        }
    }

    public void Dispose()
    {
        client.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task A_file_comes_whole_and_nothing_lies_beside_it()
    {
        using var server = new LocalServer(r => LocalServer.File(r, content));
        Assert.False(await GetAsync(server["/f"]));
        AssertWhole(content);
        Assert.Null(Assert.Single(server.Requests).Header("Range"));
        Assert.Equal("identity", server.Requests[0].Header("Accept-Encoding"));
        Assert.Empty(waits);
    }

    [Fact]
    public async Task A_cut_connection_is_gone_on_with_where_it_broke_off()
    {
        var cuts = new Queue<int?>([300_000, 100_000, null]);
        using var server = new LocalServer(r => LocalServer.File(r, content, cutAfter: cuts.Dequeue()));
        Assert.True(await GetAsync(server["/f"]));
        AssertWhole(content);
        Assert.Equal([null, "bytes=300000-", "bytes=400000-"], server.Requests.Select(r => r.Header("Range")));
        Assert.All(server.Requests.Skip(1), r => Assert.Equal("\"a\"", r.Header("If-Range")));
        Assert.Equal([1.0, 1.0], waits);
    }

    [Fact]
    public async Task What_a_killed_process_left_is_gone_on_with()
    {
        using (var first = new LocalServer(r => LocalServer.File(r, content, cutAfter: 250_000)))
        {
            // The process dies in the middle: its first wait never ends.
            await Assert.ThrowsAsync<InvalidOperationException>(
                () => GetAsync(first["/f"], (_, _) => throw new InvalidOperationException("killed")));
            Assert.Equal(250_000, new FileInfo(folder["f.part"]).Length);
            var beside = File.ReadAllText(folder["f.part.json"]);
            Assert.Contains("127.0.0.1", beside, StringComparison.Ordinal);
        }

        using var second = new LocalServer(r => LocalServer.File(r, content));
        var state = File.ReadAllText(folder["f.part.json"]);
        File.WriteAllText(
            folder["f.part.json"],
            state.Replace(AddressIn(state), second["/f"].AbsoluteUri, StringComparison.Ordinal));
        Assert.True(await GetAsync(second["/f"]));
        AssertWhole(content);
        Assert.Equal("bytes=250000-", Assert.Single(second.Requests).Header("Range"));
    }

    [Theory]
    [InlineData("\"b\"", true)]
    [InlineData("\"a\"", false)]
    public async Task A_file_that_changed_or_a_server_without_ranges_begins_anew(string tag, bool hasRanges)
    {
        byte[] other = [.. content.Reverse()];
        var isFirst = true;
        using var server = new LocalServer(r =>
        {
            var cut = isFirst ? 300_000 : (int?)null;
            isFirst = false;
            return cut is null ? LocalServer.File(r, other, tag, hasRanges) : LocalServer.File(r, content, cutAfter: cut);
        });
        Assert.False(await GetAsync(server["/f"]));
        AssertWhole(other);
        Assert.Contains(notes, n => n.Contains("300,000 bytes", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_range_of_another_file_is_not_put_behind_this_one()
    {
        byte[] other = [.. content, 1, 2, 3];
        var answers = new Queue<Func<LocalServer.Request, LocalServer.Answer>>(
        [
            r => LocalServer.File(r, content, cutAfter: 300_000),
            r => LocalServer.File(r.Without("If-Range"), other, "\"b\""),
            r => LocalServer.File(r, other, "\"b\""),
        ]);
        using var server = new LocalServer(r => answers.Dequeue()(r));
        await GetAsync(server["/f"]);
        AssertWhole(other);
        Assert.Null(server.Requests[2].Header("Range"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("W/\"a\"")]
    public async Task Without_a_strong_validator_nothing_is_gone_on_with(string? tag)
    {
        var isFirst = true;
        using var server = new LocalServer(r =>
        {
            var cut = isFirst ? 300_000 : (int?)null;
            isFirst = false;
            return LocalServer.File(r, content, tag, cutAfter: cut);
        });
        Assert.False(await GetAsync(server["/f"]));
        AssertWhole(content);
        Assert.All(server.Requests, r => Assert.Null(r.Header("Range")));
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public async Task A_busy_server_is_waited_for_as_long_as_it_asks(int status)
    {
        var answers = new Queue<LocalServer.Answer>(
            [new(status, ["Retry-After: 7"], []), new(status, [], []), new(status, ["Retry-After: 99999"], [])]);
        using var server = new LocalServer(r => answers.TryDequeue(out var busy) ? busy : LocalServer.File(r, content));
        await GetAsync(server["/f"]);
        AssertWhole(content);
        Assert.Equal([7.0, 2.0, 300.0], waits);
        Assert.Contains(status.ToString(CultureInfo.InvariantCulture), notes[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_redirection_is_followed_and_keeps_the_range()
    {
        var cuts = new Queue<int?>([300_000, null]);
        using var server = new LocalServer(r => r.Path == "/f"
            ? new LocalServer.Answer(302, ["Location: /there"], [])
            : LocalServer.File(r, content, cutAfter: cuts.Dequeue()));
        await GetAsync(server["/f"]);
        AssertWhole(content);
        Assert.Equal("bytes=300000-", server.Requests[^1].Header("Range"));
    }

    [Fact]
    public async Task A_server_that_falls_silent_is_asked_again()
    {
        var isFirst = true;
        using var server = new LocalServer(r =>
        {
            var answer = LocalServer.File(r, content) with { CutAfter = isFirst ? 300_000 : null, IsSilentThen = isFirst };
            isFirst = false;
            return answer;
        });
        await GetAsync(server["/f"], silence: TimeSpan.FromMilliseconds(300));
        AssertWhole(content);
        Assert.Equal("bytes=300000-", server.Requests[^1].Header("Range"));
        Assert.Contains("nothing has come", notes[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(404, "CMP6061", "--mirror")]
    [InlineData(403, "CMP6062", "403")]
    [InlineData(407, "CMP6062", "407")]
    public async Task A_refusal_is_final(int status, string code, string said)
    {
        using var server = new LocalServer(_ => new LocalServer.Answer(status, [], []));
        var failure = await Assert.ThrowsAsync<FetchException>(() => GetAsync(server["/f"]));
        Assert.Equal(code, failure.Diagnostic.Code);
        Assert.Contains(said, failure.Diagnostic.ToString(), StringComparison.Ordinal);
        Assert.Single(server.Requests);
        Assert.Empty(Directory.EnumerateFiles(folder.Path));
    }

    [Fact]
    public async Task The_page_of_a_proxy_is_told_for_what_it_is()
    {
        using var server = new LocalServer(_ => new LocalServer.Answer(
            200, ["Content-Type: text/html; charset=utf-8"], [.. "<html><head><title>\n Sign in\n to go on</title>"u8]));
        var failure = await Assert.ThrowsAsync<FetchException>(() => GetAsync(server["/f"]));
        Assert.Equal("CMP6065", failure.Diagnostic.Code);
        Assert.Contains("'Sign in to go on'", failure.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(folder.Path));
    }

    [Fact]
    public async Task Without_a_network_it_is_tried_for_half_a_minute_and_told()
    {
        Uri address;
        using (var gone = new LocalServer(_ => throw new InvalidOperationException()))
        {
            address = gone["/f"];
        }

        var failure = await Assert.ThrowsAsync<FetchException>(() => GetAsync(address));
        Assert.Equal("CMP6063", failure.Diagnostic.Code);
        Assert.Equal([1.0, 2.0, 4.0, 8.0, 16.0], waits);
    }

    private Task<bool> GetAsync(Uri address, Func<TimeSpan, CancellationToken, Task>? wait = null, TimeSpan? silence = null) =>
        new HttpDownload(client, TimeProvider.System, wait ?? ((pause, _) =>
        {
            waits.Add(Math.Round(pause.TotalSeconds));
            return Task.CompletedTask;
        }))
        {
            LongestSilence = silence ?? TimeSpan.FromSeconds(20),
        }.GetAsync(
            address,
            folder["f"],
            (_, _, note) =>
            {
                if (note is not null)
                {
                    notes.Add(note);
                }
            },
            TestContext.Current.CancellationToken);

    private void AssertWhole(byte[] expected)
    {
        Assert.True(expected.AsSpan().SequenceEqual(File.ReadAllBytes(folder["f"])), "The file is not what the server has.");
        Assert.Equal(["f"], Directory.EnumerateFiles(folder.Path).Select(Path.GetFileName));
    }

    private static string AddressIn(string state) => state[state.IndexOf("http", StringComparison.Ordinal)..].Split('"')[0];
}
