using System.Globalization;
using System.Text;
using Composer.Core;
using Composer.Core.Diagnostics;
using Composer.Store.Records;

namespace Composer.Store.Tests.Transfer;

/// <summary>Archives that somebody made to do harm: refused in words, with nothing written and no memory to speak of.</summary>
public sealed class HostileArchiveTests : IDisposable
{
    private const long Generous = 64L << 20;
    private readonly TemporaryFolder folder = new();
    private readonly StageStore target;

    public HostileArchiveTests() => target = StageStore.Open(folder["target"], TimeProvider.System);

    public void Dispose()
    {
        target.Dispose();
        folder.Dispose();
    }

    [Theory]
    [InlineData("../../outside")]
    [InlineData("/etc/passwd")]
    [InlineData("blobs/../../outside")]
    [InlineData("blobs/..")]
    [InlineData("records/../records/x.json")]
    [InlineData("blobs\\..\\outside")]
    [InlineData("")]
    public void Path_that_leaves_the_store_is_refused(string name) => Refuse(Tar(Header(), Raw(name, '0', 7, "content"u8.ToArray())));

    [Theory]
    [InlineData('1')]
    [InlineData('2')]
    [InlineData('3')]
    [InlineData('4')]
    [InlineData('5')]
    [InlineData('6')]
    [InlineData('7')]
    [InlineData('S')]
    [InlineData('V')]
    [InlineData('M')]
    public void Entry_that_is_no_regular_file_is_refused(char type) =>
        Refuse(Tar(Header(), Raw("blobs/" + Digest.Of("x"), type, 0, [])));

    [Theory]
    [InlineData('x')]
    [InlineData('g')]
    [InlineData('L')]
    [InlineData('K')]
    [InlineData('0')]
    public void Entry_that_claims_to_be_huge_takes_no_memory(char type)
    {
        foreach (var claimed in (long[])[1L << 20, 1L << 27, 2_000_000_000, 2_147_483_647, 8_589_934_591])
        {
            Refuse(Tar(Raw("run.json", type, claimed, "{}"u8.ToArray())));
            Refuse(Tar(Header(), Raw("blobs/" + Digest.Of("x"), type, claimed, "{}"u8.ToArray())));
        }
    }

    [Theory]
    [InlineData("..")]
    [InlineData("../../escape")]
    [InlineData("/tmp/escape")]
    [InlineData("a/b")]
    [InlineData(".hidden")]
    [InlineData("a\\u0000b")]
    [InlineData("")]
    public void Run_whose_id_would_be_a_path_is_refused(string id) => Refuse(Tar(Header(id)));

    [Fact]
    public void Header_that_nests_without_end_is_refused() =>
        Refuse(Tar(Raw("run.json", '0', 200_000, Encoding.UTF8.GetBytes(new string('[', 200_000)))));

    [Fact]
    public void Header_of_no_utf8_is_refused() => Refuse(Tar(Raw("run.json", '0', 4, [0x7B, 0xFF, 0xFE, 0x7D])));

    [Fact]
    public void Mutations_of_a_real_archive_are_refused_or_sound()
    {
        using var source = StageStore.Open(folder["source"], TimeProvider.System);
        var run = source.Run("experiment", source.Publish("one", "result one"), source.Publish("two", "result two"));
        source.Export(run.Id, folder["good.tar"]);
        var good = File.ReadAllBytes(folder["good.tar"]);
        var random = new Rng(new Seed((ulong)TestSeed.Of(20261122)));
        var (refused, taken) = (0, 0);
        for (var round = 0; round < 1500; round++)
        {
            var bytes = Mutate(good, random);
            File.WriteAllBytes(folder["bad.tar"], bytes);
            try
            {
                target.Import(folder["bad.tar"], SampleStages.KeyOf);
                taken++;
            }
            catch (UserInputException e)
            {
                Assert.Equal("CMP3002", e.Diagnostics[0].Code);
                refused++;
            }
            catch (Exception e)
            {
                Assert.Fail($"seed 20261122, round {round}: {e}");
            }
        }

        Assert.True(target.Verify().IsClean);
        Assert.True(refused > 1000, $"{refused} refused, {taken} taken");
        Assert.DoesNotContain(
            Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories), f => f.Contains("escape", StringComparison.Ordinal));
    }

    private static byte[] Mutate(byte[] good, Rng random)
    {
        var bytes = good.ToList();
        for (var edits = 1 + random.NextInt(3); edits > 0; edits--)
        {
            var at = random.NextInt(bytes.Count);
            switch (random.NextInt(5))
            {
                case 0:
                    bytes[at] = (byte)random.NextInt(256);
                    break;
                case 1:
                    // A field of a header: its size, type, name or checksum.
                    bytes[Math.Min(bytes.Count - 1, (at / 512 * 512) + random.NextInt(160))] = (byte)"07 \0xgLK12/."[random.NextInt(12)];
                    break;
                case 2:
                    bytes.RemoveRange(at, Math.Min(bytes.Count - at, 1 + random.NextInt(600)));
                    break;
                case 3:
                    var from = at / 512 * 512;
                    bytes.InsertRange(
                        random.NextInt(1 + (bytes.Count / 512)) * 512,
                        bytes.GetRange(from, Math.Min(512 * (1 + random.NextInt(3)), bytes.Count - from)));
                    break;
                default:
                    bytes.InsertRange(at, Enumerable.Repeat((byte)random.NextInt(256), 1 + random.NextInt(600)).ToArray());
                    break;
            }

            if (bytes.Count == 0)
            {
                bytes.Add(0);
            }
        }

        return [.. bytes];
    }

    private static byte[] Header(string id = "20261122-000000-000-1")
    {
        var run = new RunRecord("ID", "experiment", "", Digest.Of("manifest"), DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, 0);
        var json = Encoding.UTF8.GetString(RunRecordFormat.Write(run, [], [])).Replace("\"ID\"", $"\"{id}\"", StringComparison.Ordinal);
        var bytes = Encoding.UTF8.GetBytes(json);
        return Raw("run.json", '0', bytes.Length, bytes);
    }

    private static byte[] Tar(params byte[][] entries) => [.. entries.SelectMany(e => e), .. new byte[1024]];

    /// <summary>A ustar entry, whatever it claims.</summary>
    private static byte[] Raw(string name, char type, long size, byte[] content)
    {
        var header = new byte[512];
        Encoding.UTF8.GetBytes(name).AsSpan().CopyTo(header);
        Put(100, "0000644\0");
        Put(108, "0000000\0");
        Put(116, "0000000\0");
        Put(124, Convert.ToString(size, 8).PadLeft(11, '0') + " ");
        Put(136, "00000000000 ");
        header[156] = (byte)type;
        Put(257, "ustar\00000");
        if (type is '1' or '2')
        {
            Put(157, "/etc/passwd");
        }

        Put(148, "        ");
        Put(148, Convert.ToString(header.Sum(b => b), 8).PadLeft(6, '0') + "\0 ");
        return [.. header, .. content, .. new byte[(512 - (content.Length % 512)) % 512]];

        void Put(int at, string text) => Encoding.ASCII.GetBytes(text).AsSpan().CopyTo(header.AsSpan(at));
    }

    private void Refuse(byte[] archive)
    {
        File.WriteAllBytes(folder["bad.tar"], archive);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var refused = Assert.Throws<UserInputException>(() => target.Import(folder["bad.tar"], SampleStages.KeyOf));
        var taken = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal("CMP3002", refused.Diagnostics[0].Code);
        Assert.True(taken < Generous, string.Create(CultureInfo.InvariantCulture, $"{taken:N0} bytes for {archive.Length:N0}"));
        Assert.Empty(target.Runs(10));
        Assert.Empty(target.Blobs.All());
    }
}
