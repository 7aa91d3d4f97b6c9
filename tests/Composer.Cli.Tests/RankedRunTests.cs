using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Composer.Agents.Ranks;
using Composer.Testing.Execution;
using Composer.Testing.Workspaces;

namespace Composer.Cli.Tests;

/// <summary>Pre-trainings that several processes of a real mpirun share.</summary>
public sealed class RankedRunTests(RankedRunTests.Fixture fixture) : IClassFixture<RankedRunTests.Fixture>
{
    private static readonly string[] Settings =
    [
        "--until", "pretrain/composite", "--set", "pretrain.gradient_shards=4", "--set", "pretrain.tokens=50000",
        "--set", "pretrain.checkpoint_seconds=0",
    ];

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void Any_number_of_ranks_gives_the_digests_of_one_process(int ranks)
    {
        RequireMpi();
        Assert.SkipUnless(ranks == 2 || Soak.IsOn, "takes long on two cores: ./build.sh Soak runs it");
        using var workspace = fixture.Searched.Copy();
        workspace.Run([.. Settings, .. Ranks(ranks)]).Expect(0);
        Assert.Equal(fixture.Expected, workspace.Outputs());
        Assert.Equal(ranks, workspace.Beside("pretrain/composite", "timings.json")["ranks"]!.GetValue<int>());
    }

    [Fact]
    public void A_rank_that_is_killed_ends_all_and_the_second_try_goes_on()
    {
        RequireMpi();
        using var workspace = fixture.Searched.Copy();
        using var run = workspace.StartRun([.. Settings, .. Ranks(2)]);
        Kill(run, rank: 1);
        run.WaitForEnd().Expect(0);
        Assert.Equal(fixture.Expected, workspace.Outputs());
        Assert.True(workspace.Beside("pretrain/composite", "timings.json")["resumed_from_step"]!.GetValue<long>() > 0);
    }

    [Fact]
    public void What_two_ranks_left_when_all_was_killed_one_process_goes_on_with_bit_for_bit()
    {
        RequireMpi();
        using var workspace = fixture.Searched.Copy();
        using (var run = workspace.StartRun([.. Settings, .. Ranks(2)]))
        {
            Assert.True(run.WaitFor(HasCheckpoint), "The pre-training ended before it could be killed.");
            run.Signal("KILL");

            // The end of its input ends the first rank, and the first rank all.
            run.WaitForAgents(TimeSpan.FromSeconds(30));
        }

        workspace.Run([.. Settings, .. Ranks(1)]).Expect(0);
        Assert.Equal(fixture.Expected, workspace.Outputs());
        Assert.True(workspace.Beside("pretrain/composite", "timings.json")["resumed_from_step"]!.GetValue<long>() > 0);
    }

    [Fact]
    public void Ranks_that_make_no_pairs_are_refused()
    {
        RequireMpi();
        var start = new ProcessStartInfo(MpiRun.Program, MpiRun.Arguments(3, ComposerExecutable.Path, "agent", "--ranks", "nothing.json"))
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        var said = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.Contains("CMP1021: 3 ranks were started", said, StringComparison.Ordinal);
        Assert.Equal(2, process.ExitCode);
    }

    /// <summary>A step is told before its checkpoint is written, and after those of the steps before it.</summary>
    private static bool HasCheckpoint(JsonNode said) => said["progress"]?["measures"]?["step"]?.GetValue<double>() >= 2;

    private static string[] Ranks(int count) => ["--set", $"pretrain.resources.processes={count}"];

    private static void RequireMpi() => Assert.SkipUnless(
        MpiRun.Find() is not null && MpiRun.HasLibrary, $"There is no Open MPI here; '{MpiRun.DebianCommand}' installs it.");

    private static void Kill(RunningCall run, int rank)
    {
        var wanted = Encoding.UTF8.GetBytes($"\0OMPI_COMM_WORLD_RANK={rank}\0");
        Assert.True(run.WaitFor(HasCheckpoint), "The pre-training ended before it could be killed.");
        var process = Assert.Single(run.Agents(), id => File.ReadAllBytes($"/proc/{id}/environ").AsSpan().IndexOf(wanted) >= 0);
        RunningCall.Signal(process, "KILL");
    }

    /// <summary>The search that all of them share, and what one process makes of it.</summary>
    public sealed class Fixture : IDisposable
    {
        public Fixture()
        {
            Searched.Run(["--until", "extrapolate"]).Expect(0);
            using var one = Searched.Copy();
            one.Run([.. Settings, .. Ranks(1)]).Expect(0);
            Expected = one.Outputs();
        }

        public ExperimentWorkspace Searched { get; } = new();

        public SortedDictionary<string, string> Expected { get; }

        public void Dispose() => Searched.Dispose();
    }
}
