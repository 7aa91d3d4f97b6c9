using System.Globalization;
using Composer.Core;
using Composer.Core.Code;
using Composer.Core.Diagnostics;
using Composer.Core.Files;
using Composer.Store.Files;

namespace Composer.Pipeline.Jobs;

/// <summary>
/// The files that a computation reads, held to what was planned: their digests are compared before it begins, and their
/// signatures from then on. A computation that has read other bytes fails, and nothing of it is published.
/// </summary>
/// <remarks>
/// The signatures lie in the job's folder until the reading is known to be right: what a computation that was killed before
/// left there (a checkpoint) is continued from only while the files are still the same.
/// </remarks>
[CodeBoundary]
public sealed class JobFiles
{
    private readonly Dictionary<string, FileContent> planned;
    private readonly IReadOnlyList<FileContent> stored;
    private readonly string? reading;
    private readonly TimeProvider time;
    private readonly Dictionary<string, FileSignature?> held = new(StringComparer.Ordinal);
    private bool isHeld;

    /// <param name="outside">Files outside the store, as they were planned.</param>
    /// <param name="stored">Files of the store.</param>
    /// <param name="folder">The job's; null where nothing is left between two tries.</param>
    /// <param name="time">The clock that dates changes of files.</param>
    public JobFiles(
        IEnumerable<FileContent> outside, IReadOnlyList<FileContent>? stored = null, string? folder = null, TimeProvider? time = null)
    {
        All = [.. outside.DistinctBy(f => f.Path)];
        planned = All.ToDictionary(f => f.Path, StringComparer.Ordinal);
        this.stored = stored ?? [];
        reading = folder is null ? null : Path.Combine(folder, JobFileNames.Reading);
        this.time = time ?? TimeProvider.System;
    }

    /// <summary>Of a computation that reads none.</summary>
    public static JobFiles None { get; } = new([]);

    /// <summary>Those outside the store.</summary>
    public IReadOnlyList<FileContent> All { get; }

    /// <summary>One text for the state of all files outside the store since <see cref="Hold"/>: another state, another text.</summary>
    public string State => string.Join('\n', All.Select(f => LineOf(f.Path, f.Digest.ToString(), held.GetValueOrDefault(f.Path))));

    /// <summary>
    /// Whether a computation may go on from what an earlier one left in its folder: that one's reading was right, or its files are
    /// still as they were.
    /// </summary>
    /// <param name="folder">The job's.</param>
    public static bool MayContinue(string folder)
    {
        var reading = Path.Combine(folder, JobFileNames.Reading);
        return !File.Exists(reading) || File.ReadAllLines(reading).All(line =>
            line.Split('\t') is [var path, var digest, _] && LineOf(path, digest, TrySignature(path)) == line);
    }

    /// <summary>The digest of a file as it was planned; of one that was not, what it is now.</summary>
    public Digest DigestOf(string path)
    {
        var full = Path.GetFullPath(path);
        return planned.TryGetValue(full, out var file) ? file.Digest : Digest.OfFile(full);
    }

    /// <summary>Compares every file with what was planned, unless that was done; from now on none may change.</summary>
    /// <exception cref="UserInputException">One is another.</exception>
    public void Hold()
    {
        if (isHeld)
        {
            Confirm();
            return;
        }

        foreach (var file in All.Concat(stored))
        {
            held[file.Path] = Settle(file);
        }

        isHeld = true;
        if (reading is not null && All.Count > 0)
        {
            if (File.Exists(reading) && File.ReadAllText(reading) != State)
            {
                Clear(Path.GetDirectoryName(reading)!);
            }

            WholeFile.Quick.Write(reading, System.Text.Encoding.UTF8.GetBytes(State));
        }
    }

    /// <summary>Makes sure that nothing has changed since <see cref="Hold"/>, so that all that was read is what was planned.</summary>
    /// <exception cref="UserInputException">A file has changed.</exception>
    public void Confirm()
    {
        foreach (var file in isHeld ? All.Concat(stored) : [])
        {
            var (now, then) = (TrySignature(file.Path), held[file.Path]);
            if (now is null || now != then)
            {
                Compare(file, then);
            }
        }
    }

    /// <summary>Whether a failure may come of a file that has changed, which is then what there is to say; null when none has.</summary>
    public UserInputException? ChangeBehind(Exception failure)
    {
        try
        {
            if (failure is not (OperationCanceledException or UserInputException))
            {
                Confirm();
            }

            return null;
        }
        catch (UserInputException changed)
        {
            return changed;
        }
    }

    /// <summary>Confirms, for a computation that has read all that it will: what becomes of the files now is nothing to it.</summary>
    /// <exception cref="UserInputException">A file has changed.</exception>
    public void Release()
    {
        Confirm();
        isHeld = false;
        if (reading is not null)
        {
            File.Delete(reading);
        }
    }

    /// <summary>Takes away what an earlier computation left that may have read other bytes.</summary>
    private static void Clear(string folder)
    {
        foreach (var path in Directory.EnumerateFileSystemEntries(folder))
        {
            if (Directory.Exists(path))
            {
                Directory.Delete(path, recursive: true);
            }
            else if (!JobFileNames.All.Any(name => Path.GetFileName(path).StartsWith(name, StringComparison.Ordinal)))
            {
                File.Delete(path);
            }
        }
    }

    private static string LineOf(string path, string digest, FileSignature? signature) => string.Create(
        CultureInfo.InvariantCulture,
        $"{path}\t{digest}\t{(signature is { } known
            ? $"{known.Device} {known.Inode} {known.Size} {known.Changed} {known.Modified}"
            : new FileInfo(path) is { Exists: true } file ? $"{file.Length} {file.LastWriteTimeUtc.Ticks}" : "")}");

    private static FileSignature? TrySignature(string path)
    {
        try
        {
            return FileSignature.Of(path);
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>The file's signature, once another change is sure to change it, and its bytes are those that were planned.</summary>
    private FileSignature? Settle(FileContent file)
    {
        var signature = SignatureOf(file);
        var deadline = time.GetTimestamp();
        while (signature is { } young && !young.IsSettled(time.GetUtcNow()))
        {
            if (time.GetElapsedTime(deadline) > 2 * young.Step)
            {
                // Its clock is ahead of ours: known by its bytes alone.
                signature = null;
                break;
            }

            Thread.Sleep(young.Step / 2);
            signature = SignatureOf(file);
        }

        if (signature is null || signature != file.Signature)
        {
            Compare(file, signature);
        }

        return signature;
    }

    private FileSignature? SignatureOf(FileContent file)
    {
        try
        {
            return FileSignature.Of(file.Path);
        }
        catch (FileNotFoundException)
        {
            throw Gone(file);
        }
    }

    /// <summary>Reads a file whose signature says nothing, or that it has changed.</summary>
    /// <param name="file">The file.</param>
    /// <param name="expected">The signature that it must have all the same; null where its bytes are enough.</param>
    private void Compare(FileContent file, FileSignature? expected)
    {
        Digest actual;
        try
        {
            actual = Digest.OfFile(file.Path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw Gone(file);
        }

        if (actual != file.Digest)
        {
            throw Changed(file, $"digest {file.Digest.Short} was planned, {actual.Short} is there now");
        }

        if (expected is { } then && !IsSame(file, then))
        {
            throw Changed(
                file,
                $"its bytes are those that were planned, digest {actual.Short}, but it was written or moved while it was read");
        }
    }

    /// <summary>Whether nobody wrote or moved a file. Who wants a blob again sets its times; of others that is a change.</summary>
    private bool IsSame(FileContent file, FileSignature then) => TrySignature(file.Path) is { } now
        && now == (planned.ContainsKey(file.Path) ? then : then with { Changed = now.Changed, Modified = now.Modified });

    private UserInputException Gone(FileContent file) => Changed(file, $"digest {file.Digest.Short} was planned, nothing is there now");

    private UserInputException Changed(FileContent file, string how) => new(
        planned.ContainsKey(file.Path)
            ? new Diagnostic(
                "CMP7006",
                DiagnosticSeverity.Error,
                $"'{file.Path}' has changed since it was planned: {how}. Nothing was kept of what was computed.",
                Remedy: "Run again: it will be planned anew, with the bytes that are there then.")
            : new Diagnostic(
                "CMP7007",
                DiagnosticSeverity.Error,
                $"'{file.Path}' in the store was damaged while it was used: {how}. Nothing was kept of what was computed.",
                Remedy: "Run 'composer store verify', then run again."));
}
