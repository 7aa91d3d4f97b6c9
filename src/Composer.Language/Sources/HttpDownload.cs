using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Composer.Core.Text;

namespace Composer.Language.Sources;

/// <summary>
/// Gets a file from a server, and goes on where it was cut: by Range, held by If-Range to the same file. Waits and tries again where
/// a server is busy or the connection is lost.
/// </summary>
/// <remarks>Whatever moment it is killed at, what has been written stays of use.</remarks>
/// <param name="client">Asks the servers.</param>
/// <param name="time">The clock.</param>
/// <param name="wait">Waits.</param>
internal sealed class HttpDownload(HttpClient client, TimeProvider time, Func<TimeSpan, CancellationToken, Task> wait)
{
    /// <summary>Failures in a row, nothing having come between them.</summary>
    public const int MostFailures = 6;

    private const int ChunkBytes = 1 << 18;
    private const int LeastOfPage = 512;
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(5);
    private static readonly HttpStatusCode[] Passing =
    [
        HttpStatusCode.RequestTimeout, HttpStatusCode.TooManyRequests, HttpStatusCode.InternalServerError, HttpStatusCode.BadGateway,
        HttpStatusCode.ServiceUnavailable, HttpStatusCode.GatewayTimeout,
    ];

    /// <summary>How long a server may send nothing.</summary>
    public TimeSpan LongestSilence { get; init; } = TimeSpan.FromSeconds(60);

    /// <param name="address">http or https.</param>
    /// <param name="path">The file to make.</param>
    /// <param name="tell">Told of bytes, of the length where it is known, and of what happens on the way.</param>
    /// <param name="cancellation">Stops; what has come is kept.</param>
    /// <returns>Whether some of it came in an earlier call or before a loss.</returns>
    /// <exception cref="FetchException">It cannot be had.</exception>
    public async Task<bool> GetAsync(Uri address, string path, Action<long, long?, string?> tell, CancellationToken cancellation)
    {
        var part = new PartialFile(path);
        var (failures, wasResumed) = (0, false);
        while (true)
        {
            var begun = part.Find(address);
            var before = begun?.Bytes ?? 0;
            if (begun is { Origin.Length: { } length } && length == before)
            {
                Finish(part);
                return true;
            }

            string lost;
            TimeSpan? asked = null;
            try
            {
                using var request = RequestOf(address, begun);
                using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
                silence.CancelAfter(LongestSilence);
                using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, silence.Token)
                    .ConfigureAwait(false);
                if (Passing.Contains(response.StatusCode))
                {
                    lost = string.Create(
                        CultureInfo.InvariantCulture, $"the server answers {(int)response.StatusCode} {response.ReasonPhrase}");
                    asked = AskedWait(response);
                }
                else
                {
                    var goesOn = await AcceptAsync(address, part, begun, response, tell, silence.Token).ConfigureAwait(false);
                    wasResumed |= goesOn;
                    await SaveAsync(part, response, goesOn ? before : 0, tell, silence).ConfigureAwait(false);
                    Finish(part);
                    return wasResumed;
                }
            }
            catch (RangeLostException)
            {
                part.Remove();
                lost = "the file has changed there";
            }
            catch (Exception e) when (e is HttpRequestException or IOException
                || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
            {
                lost = e is OperationCanceledException
                    ? $"nothing has come for {ElapsedText.Of(LongestSilence.TotalSeconds)}"
                    : (e.InnerException ?? e).Message.TrimEnd('.');
            }

            var now = part.Find(address)?.Bytes ?? 0;
            failures = now > before ? 1 : failures + 1;
            if (failures >= MostFailures)
            {
                throw SourceMistake.Network(address, lost, failures);
            }

            var pause = asked ?? TimeSpan.FromSeconds(Math.Pow(2, failures - 1));
            tell(now, null, $"{lost}; tries again in {ElapsedText.Of(pause.TotalSeconds)}");
            await wait(pause, cancellation).ConfigureAwait(false);
        }
    }

    private static HttpRequestMessage RequestOf(Uri address, (PartialFile.Origin Origin, long Bytes)? begun)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.AcceptEncoding.ParseAdd("identity");
        if (begun is { } part)
        {
            request.Headers.Range = new RangeHeaderValue(part.Bytes, null);
            request.Headers.TryAddWithoutValidation("If-Range", part.Origin.Validator);
        }

        return request;
    }

    /// <summary>Looks at what a server answers, and begins anew unless it goes on.</summary>
    /// <returns>Whether it goes on where the part ends.</returns>
    private static async Task<bool> AcceptAsync(
        Uri address,
        PartialFile part,
        (PartialFile.Origin Origin, long Bytes)? begun,
        HttpResponseMessage response,
        Action<long, long?, string?> tell,
        CancellationToken cancellation)
    {
        var status = (int)response.StatusCode;
        switch (response.StatusCode)
        {
            case HttpStatusCode.PartialContent when begun is { } known
                && response.Content.Headers.ContentRange is { From: { } from, Length: var whole }
                && from == known.Bytes
                && (whole is null || known.Origin.Length is null || whole == known.Origin.Length)
                && (ValidatorOf(response) is not { } validator || validator == known.Origin.Validator):
                return true;
            case HttpStatusCode.PartialContent or HttpStatusCode.RequestedRangeNotSatisfiable:
                throw new RangeLostException();
            case HttpStatusCode.OK:
                break;
            case HttpStatusCode.NotFound or HttpStatusCode.Gone:
                throw SourceMistake.NotThere(address, status);
            default:
                throw SourceMistake.Refused(address, status, response.ReasonPhrase);
        }

        if (response.Content.Headers.ContentType?.MediaType is "text/html" or "application/xhtml+xml")
        {
            throw SourceMistake.WebPage(address, TitleOf(await HeadAsync(response, cancellation).ConfigureAwait(false)));
        }

        if (begun is { } old)
        {
            tell(
                0,
                response.Content.Headers.ContentLength,
                string.Create(
                    CultureInfo.InvariantCulture, $"begins anew: the server does not go on after the {old.Bytes:N0} bytes that were here"));
        }

        return Guarded(part, () =>
        {
            part.Begin(new PartialFile.Origin(address.AbsoluteUri, ValidatorOf(response), response.Content.Headers.ContentLength));
            return false;
        });
    }

    private async Task SaveAsync(
        PartialFile part, HttpResponseMessage response, long bytes, Action<long, long?, string?> tell, CancellationTokenSource silence)
    {
        var length = response.Content.Headers.ContentLength is { } rest ? bytes + rest : (long?)null;
        var content = await response.Content.ReadAsStreamAsync(silence.Token).ConfigureAwait(false);
        await using (content.ConfigureAwait(false))
        {
            using var file = Guarded(part, part.Append);
            var chunk = new byte[ChunkBytes];
            while (true)
            {
                silence.CancelAfter(LongestSilence);
                var read = await content.ReadAsync(chunk, silence.Token).ConfigureAwait(false);
                if (read == 0)
                {
                    break;
                }

                Guarded(part, () =>
                {
                    file.Write(chunk, 0, read);
                    return 0;
                });
                bytes += read;
                tell(bytes, length, null);
            }
        }

        if (length is { } promised && bytes != promised)
        {
            throw new HttpIOException(HttpRequestError.ResponseEnded, "the connection ended too early");
        }
    }

    private static void Finish(PartialFile part) => Guarded(part, () =>
    {
        part.Finish();
        return 0;
    });

    /// <summary>What goes wrong with the disk is no fault of the network.</summary>
    private static T Guarded<T>(PartialFile part, Func<T> write)
    {
        try
        {
            return write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw SourceMistake.Unwritten(part.Data, e.Message);
        }
    }

    private TimeSpan? AskedWait(HttpResponseMessage response)
    {
        var asked = response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - time.GetUtcNow(),
            _ => (TimeSpan?)null,
        };
        return asked is not { } pause ? null : pause < TimeSpan.Zero ? TimeSpan.Zero : pause > LongestWait ? LongestWait : pause;
    }

    /// <summary>A weak ETag says that two files are alike, not that they are the same.</summary>
    private static string? ValidatorOf(HttpResponseMessage response) =>
        response.Headers.ETag is { IsWeak: false } tag ? tag.ToString()
        : response.Content.Headers.LastModified is { } changed ? changed.ToString("R", CultureInfo.InvariantCulture)
        : null;

    private static async Task<string> HeadAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        var head = new byte[8 * LeastOfPage];
        var content = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        await using (content.ConfigureAwait(false))
        {
            var read = await content.ReadAtLeastAsync(head, head.Length, false, cancellation).ConfigureAwait(false);
            return Encoding.UTF8.GetString(head, 0, read);
        }
    }

    private static string? TitleOf(string page)
    {
        var start = page.IndexOf("<title", StringComparison.OrdinalIgnoreCase);
        start = start < 0 ? -1 : page.IndexOf('>', start);
        var end = start < 0 ? -1 : page.IndexOf('<', start);
        return end < 0 ? null : string.Join(' ', page[(start + 1)..end].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>A server does not have the part that was asked for: what is here is of another file.</summary>
    private sealed class RangeLostException : Exception;
}
