using Composer.Stages.Evaluate;
using Composer.Stages.Pretrain;
using Composer.Stages.Tokenize;
using Composer.Agents.Checkup;
using Composer.Agents.Checkup.Cluster;
using Composer.Core.Settings;
using Composer.Manifests.Model;
using Composer.Pipeline.Jobs;

namespace Composer.Agents.Tests.Checkup.Cluster;

/// <summary>What a checkup makes of a cluster's answers: each lack with a place and a remedy, all of them at once.</summary>
public class ClusterCheckupTests
{
    private static readonly string[] Sinfo =
    [
        "cpu*|up|infinite|c1|idle|64|257000|(null)|avx512,amd",
        "cpu*|up|infinite|c2|mixed|64|257000|(null)|avx512,amd",
        "cpu*|up|infinite|c3|down*|64|257000|(null)|avx2",
        "gpu|up|1-00:00:00|g1|allocated|128|1031000|gpu:a100:8(S:0-1),nvme:2|a100",
        "gpu|up|1-00:00:00|g2|draining|128|1031000|gpu:h100:4,gpu:a100:2|h100",
        "night|down|8:00:00|c1|idle|64|257000|(null)|(null)",
        "gone|up|30|c3|down|64|257000|(null)|(null)",
    ];

    [Fact]
    public void Without_clients_there_is_nothing_else_to_ask()
    {
        var finding = Assert.Single(Run(new SlurmSection(), []));

        Assert.Equal((FindingState.Lack, "clients"), (finding.State, finding.Subject));
        Assert.Contains("no sbatch, no squeue, no scancel", finding.Text, StringComparison.Ordinal);
        Assert.Contains("module load slurm", finding.Remedies);
    }

    [Theory]
    [InlineData("Slurmctld(primary) at head is DOWN", "is DOWN")]
    [InlineData("error: slurm_load_conf: cannot read", "cannot read")]
    public void A_controller_that_does_not_answer_ends_it_with_what_it_said(string ping, string said)
    {
        var findings = Run(new SlurmSection(), new() { ["scontrol ping"] = ping });

        Assert.Equal(["clients", "controller"], findings.Select(f => f.Subject));
        Assert.Equal(FindingState.Lack, findings[1].State);
        Assert.Contains(said, findings[1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Partitions_are_shown_with_what_a_node_of_theirs_has()
    {
        var findings = Run(new SlurmSection { Partition = [new() { Name = "gpu", Gpus = 8 }, new() { Name = "cpu" }] });

        Assert.All(findings.Where(f => f.Subject == "partition"), f => Assert.Equal(FindingState.Fine, f.State));
        Assert.Contains(findings, f => f.Text == "gpu: 2 nodes, 0 idle, 1 of no use; of a node 128 cores, 1,006.84 GiB, gpu:a100:8 or gpu:h100:4,gpu:a100:2; "
            + "jobs end after 24 h 0 min");
        Assert.Contains(findings, f => f.Text == "cpu, the default: 3 nodes, 1 idle, 1 of no use; of a node 64 cores, 250.98 GiB; no time limit");
        Assert.Contains(findings, f => f.Text == "others, which the settings do not name: night, gone");
    }

    /// <summary>What the settings promise, what the checkup says of it.</summary>
    public static TheoryData<string, string> Promises() => new()
    {
        { "name=gpuu", "there is no 'gpuu'; there are cpu, gpu, night, gone" },
        { "name=gpu gpus=16", "has 8 GPUs called 'gpu' on a node; the settings say 16" },
        { "name=gpu gpus=8 gres=gpu:h100", "has 4 GPUs called 'gpu:h100' on a node; the settings say 8" },
        { "name=gpu gpus=1 gres=gpu:v100", "has 0 GPUs called 'gpu:v100' on a node" },
        { "name=cpu gpus=1", "cpu has 0 GPUs" },
        { "name=gpu nodes=3", "gpu has 2 nodes; the settings say 3" },
        { "name=cpu memory=512", "cpu has 250.98 GiB on a node; the settings say 512 GB" },
        { "name=gpu time=25h", "gpu ends jobs after 24 h 0 min; the settings ask for 25 h 0 min, and such jobs never begin" },
        { "name=cpu constraint=avx512&sapphire", "has no node with the feature 'sapphire'" },
        { "name=cpu constraint=x|y", "has no node with the feature 'x', 'y'" },
        { "name=night", "night takes no jobs: it is not up" },
    };

    [Theory]
    [MemberData(nameof(Promises))]
    public void What_the_settings_say_and_is_not_so_is_a_lack_with_a_way_on(string settings, string said)
    {
        var lack = Assert.Single(Run(new SlurmSection { Partition = [Partition(settings)] }), f => f.State == FindingState.Lack);

        Assert.Contains(said, lack.Text, StringComparison.Ordinal);
        Assert.NotEmpty(lack.Remedies);
    }

    [Theory]
    [InlineData("name=gpu gpus=8 gres=gpu:a100 nodes=2 memory=1000 time=24h constraint=a100|v100")]
    [InlineData("name=cpu memory=250 time=1000h constraint=avx512&amd")]
    [InlineData("name=gone time=30min")]
    public void What_is_so_is_none(string settings) =>
        Assert.DoesNotContain(Run(new SlurmSection { Partition = [Partition(settings)] }), f => f.State == FindingState.Lack);

    [Fact]
    public void Where_no_node_is_of_use_jobs_wait()
    {
        var findings = Run(new SlurmSection { Partition = [new() { Name = "gone" }] });

        Assert.Contains(findings, f => f.State == FindingState.Note && f.Text.Contains("jobs wait until a node comes back", StringComparison.Ordinal));
    }

    [Fact]
    public void Without_accounting_it_says_for_how_long_jobs_are_known()
    {
        var config = new Dictionary<string, string> { ["scontrol show config"] = "MinJobAge               = 300 sec\nMaxArraySize            = 51\n" };

        var without = Run(new SlurmSection(), With(config));
        var with = Run(new SlurmSection { Array = 50 }, With(new(config) { ["sacct"] = "" }));

        Assert.Contains(without, f => f.Subject == "accounting" && f.Text.Contains("after 300 s", StringComparison.Ordinal));
        Assert.Contains(without, f => f.State == FindingState.Lack && f.Remedies.Contains("agents.slurm.array = 50"));
        Assert.DoesNotContain(with, f => f.Subject is "accounting" or "arrays");
    }

    [Fact]
    public void Stages_are_told_where_they_go_and_why_one_cannot()
    {
        var settings = new SlurmSection
        {
            Cores = 80,
            MemoryGb = 16,
            Partition = [new() { Name = "cpu", Stages = ["evaluate", "tokenize"] }, new() { Name = "gpu", Gpus = 8, Gres = "gpu:a100", Time = Duration.Parse("2 h") }],
        };
        ClusterDemand[] stages =
        [
            new("evaluate", EvaluateStage.Kind, StageNeeds.None, null),
            new("tokenize", TokenizeStage.Kind, StageNeeds.None, 10),
            new("pretrain/a", PretrainStage.Kind, new StageNeeds(8, "torch"), 3600),
            new("pretrain/b", PretrainStage.Kind, new StageNeeds(8, "torch"), 3600),
            new("pretrain/long", PretrainStage.Kind, new StageNeeds(8, "torch"), 5 * 3600),
            new("pretrain/wide", PretrainStage.Kind, new StageNeeds(16, "torch"), null),
            new("pretrain/large", PretrainStage.Kind, StageNeeds.None with { Memory = 1L << 41 }, null),
        ];
        var checkup = new ClusterCheckup(settings, new FakeClient(With([])), null);
        checkup.Run();

        Assert.Equal(
            [
                "Fine evaluate: partition 'cpu', 1 core, 16 GB",
                "Lack tokenize: partition 'cpu', 80 cores, 16 GB; no node of cpu has more than 64 cores",
                "Fine pretrain/a, pretrain/b: partition 'gpu', 8 ranks, 10 cores each, 8 GPUs, 16 GB, 2 h 0 min",
                "Note pretrain/long: partition 'gpu', 8 ranks, 10 cores each, 8 GPUs, 16 GB, 2 h 0 min; it takes about 5 h 0 min: 3 jobs, each of which goes on from the "
                    + "checkpoint of the one before",
                "Lack pretrain/wide: no partition takes it: partition 'cpu' takes evaluate, tokenize alone; partition 'gpu' gives a job 8 of 16 GPUs",
                "Lack pretrain/large: partition 'gpu', 80 cores, 2560 GB, 2 h 0 min; a node of gpu has 1,006.84 GiB",
            ],
            checkup.Check(stages).Select(f => $"{f.State} {f.Text}"));
    }

    [Theory]
    [InlineData("infinite", null)]
    [InlineData("n/a", null)]
    [InlineData("30", 1800.0)]
    [InlineData("1:30", 90.0)]
    [InlineData("2:00:00", 7200.0)]
    [InlineData("7-00:00:00", 7 * 86_400.0)]
    public void Times_are_read_as_Slurm_writes_them(string text, double? seconds) =>
        Assert.Equal(seconds, ClusterNode.TimeOf(text)?.TotalSeconds);

    private static IReadOnlyList<Finding> Run(SlurmSection settings, Dictionary<string, string>? answers = null) =>
        new ClusterCheckup(settings, new FakeClient(answers is null ? With([]) : answers.Count == 0 ? [] : With(answers)), null).Run();

    private static Dictionary<string, string> With(Dictionary<string, string> answers) => new(new Dictionary<string, string>
    {
        ["sbatch --version"] = "slurm 23.11.4\n",
        ["squeue --version"] = "slurm 23.11.4\n",
        ["scancel --version"] = "slurm 23.11.4\n",
        ["sinfo --version"] = "slurm 23.11.4\n",
        ["scontrol --version"] = "slurm 23.11.4\n",
        ["scontrol ping"] = "Slurmctld(primary) at head is UP\n",
        ["scontrol show config"] = "",
        ["sinfo -h -N"] = string.Join('\n', Sinfo) + "\n",
    }.Where(a => !answers.ContainsKey(a.Key)).Concat(answers));

    private static SlurmPartitionSection Partition(string text)
    {
        var keys = text.Split(' ').Select(p => p.Split('=', 2)).ToDictionary(p => p[0], p => p[1]);
        return new SlurmPartitionSection
        {
            Name = keys["name"],
            Gpus = int.Parse(keys.GetValueOrDefault("gpus", "0"), System.Globalization.CultureInfo.InvariantCulture),
            Nodes = int.Parse(keys.GetValueOrDefault("nodes", "1"), System.Globalization.CultureInfo.InvariantCulture),
            MemoryGb = int.Parse(keys.GetValueOrDefault("memory", "0"), System.Globalization.CultureInfo.InvariantCulture),
            Gres = keys.GetValueOrDefault("gres", ""),
            Constraint = keys.GetValueOrDefault("constraint", ""),
            Time = keys.TryGetValue("time", out var time) ? Duration.Parse(time.Replace("h", " h", StringComparison.Ordinal).Replace("min", " min", StringComparison.Ordinal)) : null,
        };
    }
}
