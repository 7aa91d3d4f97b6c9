using System.Formats.Tar;
using System.Text;
using Composer.Core;
using Composer.Store;

namespace Composer.Pipeline.Tests.Trust;

/// <summary>The files around an experiment, its store, and everything that people, programs and disks do to both.</summary>
/// <remarks>
/// Contents are few and of one size, so that chance brings earlier ones back. What was done is told, so that a failure can be read.
/// </remarks>
internal sealed class World : IDisposable
{
    /// <summary>What the stages read: a plain file, a link to one, and a plain file that both read.</summary>
    public static readonly string[] Read = ["plain", "link", "shared"];

    /// <summary>How many contents a file may have.</summary>
    public const int Contents = 4;

    private static readonly string[] Real = ["data/plain", "data/shared", "data/elsewhere/0", "data/elsewhere/1"];
    private readonly TemporaryFolder folder = new();
    private readonly Rng random;
    private readonly (string Name, Action Do)[] outside;
    private readonly (string Name, Action Do)[] inside;
    private int made;

    public World(Seed seed)
    {
        random = new Rng(seed);
        Directory.CreateDirectory(folder["data/elsewhere"]);
        foreach (var path in Real)
        {
            File.WriteAllText(folder[path], Content());
        }

        File.CreateSymbolicLink(folder["data/link"], "elsewhere/0");
        Store = StageStore.Open(folder["store"], TimeProvider.System);
        outside =
        [
            ("edit", () => File.WriteAllText(Some(), Content())),
            ("edit and set its time back", () => KeepingTime(Some(), path => File.WriteAllText(path, Content()))),
            ("rename over", () => File.Move(New(), Some(), overwrite: true)),
            ("rename over with its times", () => File.Move(WithTimesOf(Some(), New()), Some(), overwrite: true)),
            ("copy over with its times", () => CopyWithTimes(Some(), Some())),
            ("link elsewhere", Relink),
            ("edit through another name", EditThroughHardLink),
            ("swap", Swap),
            ("pack and unpack", Repack),
            ("touch", () => File.SetLastWriteTimeUtc(Some(), DateTime.UnixEpoch.AddSeconds(random.NextInt(1000)))),
            ("truncate and fill", TruncateAndFill),
            ("delete and make again", DeleteAndMake),
        ];
        inside =
        [
            ("damage a blob", () => Damage(bytes => Encoding.UTF8.GetBytes(Junk(bytes.Length)))),
            ("damage a blob and set its time back", () => Damage(bytes => Encoding.UTF8.GetBytes(Junk(bytes.Length)), keepTime: true)),
            ("flip a bit of a blob", () => Damage(FlipBit)),
            ("empty a blob", () => Damage(_ => [])),
            ("cut a blob", () => Damage(bytes => bytes[..^1])),
            ("lengthen a blob", () => Damage(bytes => [.. bytes, 1])),
            ("replace a blob by another file", () => Damage(bytes => Encoding.UTF8.GetBytes(Junk(bytes.Length)), inPlace: false)),
            ("lose a blob", () => SomeBlob(File.Delete)),
        ];
    }

    public StageStore Store { get; private set; }

    /// <summary>What was done, in order.</summary>
    public List<string> Done { get; } = [];

    /// <summary>The contents that a stage reads, now.</summary>
    public IReadOnlyDictionary<string, string> Now => Read.ToDictionary(name => name, name => File.ReadAllText(PathOf(name)));

    /// <summary>One of the contents that a file may have.</summary>
    public static string ContentOf(int number) => $"content {number}";

    public Workspace Workspace => new(folder.Path);

    public string PathOf(string name) => folder["data/" + name];

    public bool Chance(double probability) => random.NextBool(probability);

    public int Number(int bound) => random.NextInt(bound);

    /// <summary>Something is done to the files or the store; of them both, all that may happen while a stage computes.</summary>
    public void Act()
    {
        var (name, act) = Chance(0.65) ? outside[random.NextInt(outside.Length)] : inside[random.NextInt(inside.Length)];
        Done.Add(name);
        act();
    }

    /// <summary>Something that only happens while nothing runs.</summary>
    public void ActWhileQuiet()
    {
        switch (random.NextInt(4))
        {
            case 0:
                Done.Add("verify");
                Store.Verify();
                break;
            case 1:
                Done.Add("another process");
                Reopen();
                break;
            case 2:
                Done.Add("edit a record and lose the index");
                EditRecord();
                Store.Dispose();
                foreach (var file in Directory.GetFiles(folder["store"], "index.sqlite*"))
                {
                    File.Delete(file);
                }

                Reopen();
                break;
            default:
                Done.Add("build the index again");
                Store.Dispose();
                (Store, _) = StageStore.Rebuild(folder["store"], TimeProvider.System);
                break;
        }
    }

    public void Dispose()
    {
        Store.Dispose();
        folder.Dispose();
    }

    private static void KeepingTime(string path, Action<string> change)
    {
        var time = File.GetLastWriteTimeUtc(path);
        change(path);
        File.SetLastWriteTimeUtc(path, time);
    }

    private static string WithTimesOf(string model, string path)
    {
        File.SetLastWriteTimeUtc(path, File.GetLastWriteTimeUtc(model));
        return path;
    }

    private static void CopyWithTimes(string from, string to)
    {
        if (from != to)
        {
            File.WriteAllText(to, File.ReadAllText(from));
            WithTimesOf(from, to);
        }
    }

    private void Reopen()
    {
        Store.Dispose();
        Store = StageStore.Open(folder["store"], TimeProvider.System);
    }

    private string Content() => ContentOf(random.NextInt(Contents));

    private string Some() => folder[Real[random.NextInt(Real.Length)]];

    private string New()
    {
        var path = folder[$"new-{made++}"];
        File.WriteAllText(path, Content());
        return path;
    }

    /// <summary>Bytes that no stage ever put out.</summary>
    private string Junk(int length) => string.Create(length, made++, static (text, number) =>
    {
        text.Fill('#');
        _ = number.TryFormat(text, out _, "x");
    });

    private void Relink()
    {
        var link = folder["data/link"];
        var target = random.NextInt(3) is var n && n < 2 ? $"elsewhere/{n}" : folder["data/shared"];
        if (Chance(0.5))
        {
            File.Delete(link);
            File.CreateSymbolicLink(link, target);
        }
        else
        {
            File.CreateSymbolicLink(folder["new-link"], target);
            File.Move(folder["new-link"], link, overwrite: true);
        }
    }

    private void EditThroughHardLink()
    {
        var (path, other) = (Some(), folder[$"new-{made++}"]);
        HardLink.Create(path, other);
        KeepingTime(other, p => File.WriteAllText(p, Content()));
    }

    private void Swap()
    {
        var (one, two, away) = (folder[Real[0]], folder[Real[1 + random.NextInt(Real.Length - 1)]], folder[$"new-{made++}"]);
        File.Move(one, away);
        File.Move(two, one);
        File.Move(away, two);
    }

    private void Repack()
    {
        var tar = folder[$"new-{made++}.tar"];
        TarFile.CreateFromDirectory(folder["data"], tar, includeBaseDirectory: false);
        if (Chance(0.5))
        {
            File.WriteAllText(Some(), Content());
        }

        TarFile.ExtractToDirectory(tar, folder["data"], overwriteFiles: true);
    }

    private void TruncateAndFill()
    {
        var path = Some();
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        file.SetLength(0);
        file.Write(Encoding.UTF8.GetBytes(Content()));
    }

    private void DeleteAndMake()
    {
        var path = Some();
        File.Delete(path);
        File.WriteAllText(path, Content());
    }

    private byte[] FlipBit(byte[] bytes)
    {
        bytes[random.NextInt(bytes.Length)] ^= (byte)(1 << random.NextInt(8));
        return bytes;
    }

    private void SomeBlob(Action<string> change)
    {
        var blobs = Store.Blobs.All().Where(b => b.Size > 0).Select(b => Store.PathOf(b.Digest)).ToArray();
        try
        {
            if (blobs.Length > 0)
            {
                change(blobs[random.NextInt(blobs.Length)]);
            }
        }
        catch (FileNotFoundException)
        {
            // Another stage has just set it aside.
        }
    }

    private void Damage(Func<byte[], byte[]> change, bool keepTime = false, bool inPlace = true) => SomeBlob(path =>
    {
        var bytes = change(File.ReadAllBytes(path));
        var time = File.GetLastWriteTimeUtc(path);
        if (inPlace)
        {
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            }

            File.WriteAllBytes(path, bytes);
        }
        else
        {
            var other = folder[$"new-{made++}"];
            File.WriteAllBytes(other, bytes);
            File.Move(other, path, overwrite: true);
        }

        if (keepTime)
        {
            File.SetLastWriteTimeUtc(path, time);
        }
    });

    /// <summary>Gives a record the output of another.</summary>
    private void EditRecord()
    {
        var found = Directory.GetFiles(folder["store/records"], "*.json", SearchOption.AllDirectories);
        var records = found.Order(StringComparer.Ordinal).ToArray();
        var blobs = Store.Blobs.All().Where(b => b.Size > 0).ToArray();
        if (records.Length == 0 || blobs.Length == 0)
        {
            return;
        }

        var (path, blob) = (records[random.NextInt(records.Length)], blobs[random.NextInt(blobs.Length)]);
        var record = System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(path))!;
        record["outputs"]![ReadKind.Output]!["digest"] = blob.Digest.ToString();
        record["outputs"]![ReadKind.Output]!["size"] = blob.Size;
        File.WriteAllText(path, record.ToJsonString());
    }
}
