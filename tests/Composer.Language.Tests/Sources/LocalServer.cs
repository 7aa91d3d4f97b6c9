using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Composer.Language.Tests.Sources;

/// <summary>A server on this machine that answers each request as a test says, one a connection.</summary>
internal sealed class LocalServer : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly Func<Request, Answer> answer;
    private readonly CancellationTokenSource ended = new();

    public LocalServer(Func<Request, Answer> answer)
    {
        this.answer = answer;
        listener.Start();
        _ = Task.Run(ServeAsync);
    }

    /// <summary>What was asked, in order.</summary>
    public List<Request> Requests { get; } = [];

    public Uri this[string path] =>
        new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}{path}"));

    /// <summary>A file as servers give it, with its range.</summary>
    public static Answer File(Request request, byte[] content, string? tag = "\"a\"", bool hasRanges = true, int? cutAfter = null)
    {
        var isSame = request.Header("If-Range") is not { } held || held == tag;
        var from = hasRanges && isSame && request.Header("Range") is { } range
            ? int.Parse(range["bytes=".Length..].TrimEnd('-'), CultureInfo.InvariantCulture)
            : 0;
        string[] headers =
        [
            .. tag is null ? Array.Empty<string>() : [$"ETag: {tag}"],
            .. from == 0 ? Array.Empty<string>() :
            [
                string.Create(CultureInfo.InvariantCulture, $"Content-Range: bytes {from}-{content.Length - 1}/{content.Length}"),
            ],
        ];
        return new Answer(from > 0 ? 206 : 200, headers, content[from..], cutAfter);
    }

    public void Dispose()
    {
        ended.Cancel();
        listener.Dispose();
        ended.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using var client = await listener.AcceptTcpClientAsync(ended.Token);
                await AnswerAsync(client.GetStream());
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // The test is over.
        }
    }

    private async Task AnswerAsync(NetworkStream stream)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await stream.ReadAsync(one, ended.Token) == 0)
            {
                return;
            }

            head.Append((char)one[0]);
        }

        var lines = head.ToString().Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var request = new Request(lines[0].Split(' ')[1], lines[1..]);
        lock (Requests)
        {
            Requests.Add(request);
        }

        var said = answer(request);
        var headers = string.Concat(said.Headers.Select(h => h + "\r\n"));
        await stream.WriteAsync(Encoding.ASCII.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $"HTTP/1.1 {said.Status} {said.Reason}\r\nContent-Length: {said.Body.Length}\r\nConnection: close\r\n{headers}\r\n")));
        try
        {
            await stream.WriteAsync(said.Body.AsMemory(0, said.CutAfter ?? said.Body.Length));
            if (said.IsSilentThen)
            {
                // Until the other side gives up.
                _ = await stream.ReadAtLeastAsync(one, 1, throwOnEndOfStream: false, ended.Token);
            }
        }
        catch (IOException)
        {
            // The other side has gone.
        }
    }

    internal sealed record Request(string Path, IReadOnlyList<string> Headers)
    {
        public Request Without(string name) =>
            this with { Headers = [.. Headers.Where(h => !h.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))] };

        public string? Header(string name) =>
            Headers.FirstOrDefault(h => h.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))?[(name.Length + 1)..].Trim();
    }

    internal sealed record Answer(int Status, IReadOnlyList<string> Headers, byte[] Body, int? CutAfter = null, bool IsSilentThen = false)
    {
        public string Reason => Status switch
        {
            200 => "OK",
            206 => "Partial Content",
            404 => "Not Found",
            429 => "Too Many Requests",
            _ => "Other",
        };
    }
}
