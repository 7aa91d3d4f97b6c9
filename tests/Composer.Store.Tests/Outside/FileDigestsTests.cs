using System.Diagnostics;
using Composer.Core;

namespace Composer.Store.Tests.Outside;

/// <summary>What the store remembers of files outside it, against everything that people do to files.</summary>
public sealed class FileDigestsTests : IDisposable
{
    private static readonly DateTime Noon = new(2026, 1, 1, 12, 0, 0, DateTimeKind.Utc);
    private readonly TemporaryFolder folder = new();
    private readonly WallClock clock = new(TimeProvider.System.GetUtcNow().AddHours(1));
    private readonly StageStore store;

    public FileDigestsTests() => store = StageStore.Open(folder["store"], clock);

    /// <summary>Ways by which another content comes to be where a path leads, all of one size and one time of modification.</summary>
    public static TheoryData<string> Edits => new(Ways.Keys);

    private static Dictionary<string, Action<TemporaryFolder>> Ways { get; } = new(StringComparer.Ordinal)
    {
        ["rewritten in place"] = f => Write(f["real/one"], "new"),
        ["renamed over"] = f =>
        {
            Write(f["real/other"], "new");
            File.Move(f["real/other"], f["real/one"], overwrite: true);
        },
        ["its link leads elsewhere"] = f =>
        {
            Write(f["real/two"], "new");
            Relink(f["link"], "real/two");
        },
        ["a link on its link's way leads elsewhere"] = f =>
        {
            Write(f["real/two"], "new");
            Relink(f["real/middle"], "two");
        },
        ["its folder is another"] = f =>
        {
            Directory.CreateDirectory(f["later"]);
            Write(f["later/one"], "new");
            Directory.Move(f["real"], f["before"]);
            Directory.Move(f["later"], f["real"]);
            File.CreateSymbolicLink(f["real/middle"], "one");
        },
        ["written through another name"] = f =>
        {
            Run("ln", f["real/one"], f["real/second-name"]);
            Write(f["real/second-name"], "new");
        },
        ["copied over with its times"] = f =>
        {
            Write(f["source"], "new");
            Run("cp", "-p", f["source"], f["real/one"]);
        },
        ["unpacked over"] = f =>
        {
            Directory.CreateDirectory(f["packed"]);
            Write(f["packed/one"], "new");
            Run("tar", "-C", f["packed"], "-cf", f["packed.tar"], "one");
            Run("tar", "-C", f["real"], "-xpf", f["packed.tar"]);
        },
        ["made empty and filled again"] = f =>
        {
            File.WriteAllText(f["real/one"], "");
            Write(f["real/one"], "new");
        },
        ["deleted and made again"] = f =>
        {
            File.Delete(f["real/one"]);
            Write(f["real/one"], "new");
        },
    };

    public void Dispose()
    {
        store.Dispose();
        folder.Dispose();
    }

    [Theory]
    [MemberData(nameof(Edits))]
    public void Digest_is_that_of_the_bytes_that_are_there_whatever_was_done(string edit)
    {
        Directory.CreateDirectory(folder["real"]);
        Write(folder["real/one"], "old");
        File.CreateSymbolicLink(folder["real/middle"], "one");
        File.CreateSymbolicLink(folder["link"], "real/middle");
        string[] paths = [folder["link"], folder["real/middle"]];
        Assert.All(paths, p => Assert.Equal(Digest.Of("old"), store.DigestOfFile(p)));

        Ways[edit](folder);

        Assert.Equal(Noon, File.GetLastWriteTimeUtc(File.ResolveLinkTarget(folder["link"], returnFinalTarget: true)!.FullName));
        Assert.Equal(Digest.Of("new"), store.DigestOfFile(folder["link"]));
        using var another = StageStore.Open(folder["store"], clock);
        Assert.Equal(Digest.Of("new"), another.DigestOfFile(folder["link"]));
    }

    [Fact]
    public void File_that_has_not_changed_is_not_read_again_in_another_process_neither()
    {
        Write(folder["file"], "old");
        Assert.NotNull(store.ContentOf(folder["file"]).Signature);
        using var locked = new FileStream(folder["file"], FileMode.Open, FileAccess.Read, FileShare.None);
        Assert.Throws<IOException>(() => File.ReadAllText(folder["file"]));
        using var another = StageStore.Open(folder["store"], clock);
        Assert.Equal(Digest.Of("old"), store.DigestOfFile(folder["file"]));
        Assert.Equal(Digest.Of("old"), another.DigestOfFile(folder["file"]));
    }

    /// <summary>By the real clock: within a step of it two contents may have one signature.</summary>
    [Fact]
    public void File_that_changed_a_moment_ago_is_read_again_each_time()
    {
        using var now = StageStore.Open(folder["now"], TimeProvider.System);
        for (var i = 0; i < 200; i++)
        {
            var text = $"{i % 2}{i / 2 % 10}";
            Write(folder["file"], text);
            Assert.Equal(Digest.Of(text), now.DigestOfFile(folder["file"]));
        }
    }

    [Fact]
    public void File_that_is_gone_is_said_to_be_gone() =>
        Assert.Throws<FileNotFoundException>(() => store.DigestOfFile(folder["nothing"]));

    private static void Write(string path, string text)
    {
        File.WriteAllText(path, text);
        File.SetLastWriteTimeUtc(path, Noon);
    }

    private static void Relink(string link, string target)
    {
        File.Delete(link);
        File.CreateSymbolicLink(link, target);
    }

    private static void Run(string command, params string[] arguments)
    {
        using var process = Process.Start(command, arguments);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
