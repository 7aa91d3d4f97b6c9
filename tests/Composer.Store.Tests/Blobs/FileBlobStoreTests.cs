using Composer.Core;
using Composer.Store.Blobs;
using Composer.Store.Durability;

namespace Composer.Store.Tests.Blobs;

public sealed class FileBlobStoreTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Blob_is_named_by_the_digest_of_its_content()
    {
        var store = new FileBlobStore(folder["blobs"]);
        var reference = store.Add(new MemoryStream("abc"u8.ToArray()));
        Assert.Equal("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", reference.Digest.ToString());
        Assert.Equal(3, reference.Size);
        using var content = store.OpenRead(reference.Digest);
        Assert.Equal("abc", new StreamReader(content).ReadToEnd());
    }

    [Fact]
    public void Same_content_is_stored_once()
    {
        var store = new FileBlobStore(folder["blobs"]);
        store.Add(new MemoryStream("abc"u8.ToArray()));
        store.Add(new MemoryStream("abc"u8.ToArray()));
        Assert.Single(store.All());
    }

    [Fact]
    public void Flipped_bit_is_found_while_reading()
    {
        var store = new FileBlobStore(folder["blobs"]);
        var digest = store.Add(new MemoryStream("abc"u8.ToArray())).Digest;
        Corrupt(store.PathOf(digest));
        using var content = store.OpenRead(digest);
        Assert.Throws<BlobCorruptException>(() => new StreamReader(content).ReadToEnd());
    }

    [Fact]
    public void Missing_blob_is_named()
    {
        var store = new FileBlobStore(folder["blobs"]);
        Assert.Equal(Digest.Of("x"), Assert.Throws<BlobMissingException>(() => store.OpenRead(Digest.Of("x"))).Digest);
    }

    [Theory]
    [InlineData(nameof(IDurableFiles.Write))]
    [InlineData(nameof(IDurableFiles.Flush))]
    [InlineData(nameof(IDurableFiles.Rename))]
    public void Failure_before_the_rename_leaves_nothing(string step)
    {
        var store = new FileBlobStore(folder["blobs"], new FailingFiles(step));
        Assert.Throws<IOException>(() => store.Add(new MemoryStream("abc"u8.ToArray())));
        Assert.Empty(store.All());
        Assert.Throws<IOException>(() => store.AddAll(["abc"u8.ToArray()]));
        Assert.Empty(store.All());
        Assert.Empty(Directory.EnumerateFiles(folder["blobs"], "*", SearchOption.AllDirectories));
    }

    [Fact]
    public void Full_disk_is_told_in_words()
    {
        var store = new FileBlobStore(folder["blobs"], new FailingFiles(nameof(IDurableFiles.Write)) { Code = 28 });
        Assert.Contains(
            "disk is full",
            Assert.Throws<IOException>(() => store.Add(new MemoryStream("abc"u8.ToArray()))).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "disk is full", Assert.Throws<IOException>(() => store.AddAll(["abc"u8.ToArray()])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Batch_has_each_content_once_and_answers_in_its_order()
    {
        var store = new FileBlobStore(folder["blobs"]);
        store.Add(new MemoryStream("b"u8.ToArray()));
        var added = store.AddAll(["a"u8.ToArray(), "b"u8.ToArray(), "a"u8.ToArray()]);
        Assert.Equal([new(Digest.Of("a"), 1), new(Digest.Of("b"), 1), new BlobReference(Digest.Of("a"), 1)], added);
        Assert.Equal(2, store.All().Count());
    }

    [Fact]
    public void Only_what_dead_writers_left_is_removed()
    {
        var store = new FileBlobStore(folder["blobs"]);
        File.WriteAllText(folder["blobs/.writing-1-0"], "");
        File.WriteAllText(folder["blobs/.writing-2-0"], "");
        store.RemoveAbandoned(process => process == 2);
        Assert.Equal([".writing-2-0"], Directory.EnumerateFiles(folder["blobs"]).Select(Path.GetFileName));
    }

    internal static void Corrupt(string path)
    {
        var bytes = File.ReadAllBytes(path);
        bytes[0] ^= 1;
        File.Delete(path);
        File.WriteAllBytes(path, bytes);
    }

    private sealed class FailingFiles(string step) : IDurableFiles
    {
        public int? Code { get; init; }

        public void Write(FileStream file, ReadOnlySpan<byte> bytes)
        {
            Fail(nameof(Write));
            DurableFiles.Instance.Write(file, bytes);
        }

        public void Flush(FileStream file)
        {
            Fail(nameof(Flush));
            DurableFiles.Instance.Flush(file);
        }

        public void Rename(string source, string destination)
        {
            Fail(nameof(Rename));
            DurableFiles.Instance.Rename(source, destination);
        }

        public void FlushFolder(string folder) => DurableFiles.Instance.FlushFolder(folder);

        public FileStream Create(string path, bool readOnly) => DurableFiles.Instance.Create(path, readOnly);

        private void Fail(string here)
        {
            if (here == step)
            {
                throw Code is { } code ? new IOException("No space left on device", code) : new IOException("No space left on device");
            }
        }
    }
}
