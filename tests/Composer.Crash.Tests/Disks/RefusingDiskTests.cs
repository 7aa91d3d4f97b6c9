using Composer.Core.Faults;
using Composer.Testing.Workspaces;

namespace Composer.Crash.Tests.Disks;

/// <summary>A disk that is full, read-only, broken or lies: the run fails with the way on, and the next one is right.</summary>
[Collection(CrashExperiment.Collection)]
public class RefusingDiskTests(CrashExperiment undisturbed, ITestOutputHelper output)
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    [Fact]
    public void Full_disk_stops_the_run_with_the_way_on_and_the_next_run_goes_on()
    {
        using var workspace = new ExperimentWorkspace();
        var artifacts = Path.Combine(workspace.Root, "artifacts");
        Directory.CreateDirectory(artifacts);
        using var disk = SmallDisk.Mount(artifacts, 96);
        var full = 0;
        var published = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        for (var size = 96; ; size += Soak.IsOn ? size / 4 : size / 2)
        {
            disk.Grow(size);
            var run = workspace.Run(CrashExperiment.Settings);
            Assert.All(published, p => Assert.Equal(p.Value, File.ReadAllBytes(p.Key)));
            foreach (var record in Records(workspace))
            {
                published[record] = File.ReadAllBytes(record);
            }

            if (run.ExitCode == 0)
            {
                break;
            }

            full++;
            run.Expect(1);
            var said = run.Output + run.Error;
            Assert.Contains("the disk is full", said, StringComparison.Ordinal);
            Assert.Contains("Free some space", said, StringComparison.Ordinal);
            Assert.DoesNotContain("CMP1001", said, StringComparison.Ordinal);
            Assert.True(run.Time < Longest, $"It took {run.Time} to notice.");
        }

        output.WriteLine($"full {full} times, {published.Count} stages");
        Assert.True(full > 2);
        undisturbed.AssertSame(workspace);

        // The run may have filled the disk to its last page, and the index asks for some to be read.
        disk.Grow(1 << 14);
        workspace.VerifyStore();
    }

    [Fact]
    public void Read_only_store_is_told_in_words()
    {
        using var workspace = new ExperimentWorkspace();
        var artifacts = Path.Combine(workspace.Root, "artifacts");
        Directory.CreateDirectory(artifacts);
        using var disk = SmallDisk.Mount(artifacts, 1 << 14);
        workspace.Run([.. CrashExperiment.Settings, "--until", "search"]).Expect(0);

        disk.MakeReadOnly();
        var refused = workspace.Run(CrashExperiment.Settings).Expect(1);
        disk.MakeWritable();
        var run = workspace.Run(CrashExperiment.Settings).Expect(0);

        Assert.Contains("read-only", refused.Output + refused.Error, StringComparison.Ordinal);
        Assert.Contains("--artifacts", refused.Output + refused.Error, StringComparison.Ordinal);
        Assert.Contains("search", run.Stages("hit"));
        undisturbed.AssertSame(workspace);
        workspace.VerifyStore();
    }

    /// <summary>Faults with what is said of them: at length all, else one of each place.</summary>
    public static TheoryData<string, string> Faults { get; } = Soak.IsOn
        ? new()
        {
            { "write@2+:enospc", "Free some space" },
            { "write@4:eio", "See to the disk" },
            { "flush-folder@4:eio", "See to the disk" },
            { "write@3:short", "reported no error" },
            { "index@150:eio", "store verify" },
        }
        : new()
        {
            { "flush-folder@4:eio", "See to the disk" },
            { "write@3:short", "reported no error" },
            { "index@150:eio", "store verify" },
        };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Disk_that_fails_below_the_store_is_told_with_its_remedy_and_the_next_run_is_right(string fault, string remedy)
    {
        using var workspace = new ExperimentWorkspace();
        using var run = workspace.StartRun(new Dictionary<string, string> { [FaultInjection.Variable] = fault }, CrashExperiment.Settings);
        var failed = run.WaitForEnd().Expect(1);

        Assert.Contains(remedy, failed.Output + failed.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("CMP1001", failed.Output + failed.Error, StringComparison.Ordinal);
        workspace.VerifyStore();
        var next = workspace.Run(CrashExperiment.Settings).Expect(0);

        // The report and the timing of what had finished are others than those of the whole, and their names are the same.
        Assert.Empty(next.Stages("ran").Intersect(failed.Stages("ran")).Except(["report", "efficiency"]));
        undisturbed.AssertSame(workspace);
        workspace.VerifyStore();
    }

    private static IEnumerable<string> Records(ExperimentWorkspace workspace)
    {
        var records = Path.Combine(workspace.Store, "records");
        return Directory.Exists(records) ? Directory.EnumerateFiles(records, "*.json", SearchOption.AllDirectories) : [];
    }
}
