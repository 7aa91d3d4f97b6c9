using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Composer.Core;
using Composer.Store;
using Composer.Store.Blobs;

namespace Composer.Bench.Store;

/// <summary>How fast a large blob is hashed, stored and read again, beside <c>sha256sum</c> and <c>cp</c> of the same bytes.</summary>
internal static class HashBenchmark
{
    private const int ChunkBytes = 1 << 20;

    /// <param name="store">An empty one.</param>
    /// <param name="bytes">How large the blob is; rounded down to whole MiB, at least one.</param>
    public static HashBenchmarkResult Run(StageStore store, long bytes)
    {
        var source = Path.Combine(store.Root, "hash-source");
        var copy = Path.Combine(store.Root, "hash-copy");
        var size = Write(source, bytes);
        var hash = Rate(size, () =>
        {
            using var content = File.OpenRead(source);
            Digest.Of(content);
        });
        BlobReference blob = default;
        var add = Rate(size, () =>
        {
            using var content = File.OpenRead(source);
            blob = store.Blobs.Add(content);
        });
        var read = Rate(size, () =>
        {
            using var content = store.Blobs.OpenRead(blob.Digest);
            content.CopyTo(Stream.Null, ChunkBytes);
        });
        return new HashBenchmarkResult(
            size,
            hash!.Value,
            add!.Value,
            read!.Value,
            Rate(size, () => Call("sha256sum", source)),
            Rate(size, () => Call("cp", source, copy)));
    }

    private static long Write(string path, long bytes)
    {
        var chunk = new byte[ChunkBytes];
        var random = new Rng(new Seed(bytes < 0 ? 0 : (ulong)bytes));
        var words = MemoryMarshal.Cast<byte, int>(chunk.AsSpan());
        for (var i = 0; i < words.Length; i++)
        {
            words[i] = random.NextInt(int.MaxValue);
        }

        using var file = File.Create(path);
        for (var written = 0L; written < Math.Max(bytes, ChunkBytes); written += ChunkBytes)
        {
            file.Write(chunk);
        }

        return file.Length;
    }

    /// <summary>Bytes a second of the better of two; null where the tool is not there.</summary>
    private static double? Rate(long bytes, Action action)
    {
        double best = 0;
        for (var round = 0; round < 2; round++)
        {
            var began = Stopwatch.GetTimestamp();
            try
            {
                action();
            }
            catch (Win32Exception)
            {
                return null;
            }

            best = Math.Max(best, bytes / Stopwatch.GetElapsedTime(began).TotalSeconds);
        }

        return best;
    }

    private static void Call(string tool, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(tool, arguments) { RedirectStandardOutput = true })!;
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
    }
}

/// <summary>Bytes a second.</summary>
/// <param name="Bytes">Of the blob.</param>
/// <param name="HashBytesPerSecond">SHA-256 of the file, streamed.</param>
/// <param name="AddBytesPerSecond">Storing it: hashed while it is written, flushed to the disk.</param>
/// <param name="ReadBytesPerSecond">Reading it again, its digest compared.</param>
/// <param name="Sha256SumBytesPerSecond">The tool on the same file; null without one.</param>
/// <param name="CopyBytesPerSecond"><c>cp</c> of the same file, nothing flushed; null without one.</param>
internal sealed record HashBenchmarkResult(
    long Bytes,
    double HashBytesPerSecond,
    double AddBytesPerSecond,
    double ReadBytesPerSecond,
    double? Sha256SumBytesPerSecond,
    double? CopyBytesPerSecond);
