using Composer.Agents.Slurm;
using Composer.Manifests.Model;
using Composer.Pipeline.Jobs;

namespace Composer.Agents.Tests.Slurm;

/// <summary>Which partition a job goes to, and what it asks for there.</summary>
public sealed class SlurmRequestTests
{
    private const long Gigabyte = 1L << 30;

    private static readonly SlurmSection Cluster = new()
    {
        Partition =
        [
            new() { Name = "short", Stages = ["evaluate", "tokenize"], MemoryGb = 16, Time = Core.Settings.Duration.Parse("30 min") },
            new() { Name = "small", Gpus = 1, MemoryGb = 32 },
            new() { Name = "big", Gpus = 8, Nodes = 4, Account = "theirs", Gres = "gpu:h100", Constraint = "ib" },
        ],
        Account = "mine",
        Time = Core.Settings.Duration.Parse("24 h"),
    };

    [Theory]
    [InlineData("evaluate", 0, 1, "short")]
    [InlineData("evaluate", 0, 20, "small")]
    [InlineData("pretrain", 0, 1, "small")]
    [InlineData("pretrain", 0, 100, "big")]
    [InlineData("pretrain", 1, 1, "small")]
    [InlineData("evaluate", 1, 1, "small")]
    [InlineData("pretrain", 2, 1, "big")]
    [InlineData("pretrain", 32, 1, "big")]
    [InlineData("pretrain", 33, 1, null)]
    public void A_job_goes_to_the_first_partition_that_offers_what_it_needs(string kind, int gpus, int gigabytes, string? expected) =>
        Assert.Equal(expected, For(kind, gpus, gigabytes)?.Partition);

    [Theory]
    [InlineData(7, "small")]
    [InlineData(24, "small")]
    [InlineData(25, "large")]
    [InlineData(81, null)]
    public void A_model_goes_to_the_first_GPU_that_holds_it(int gigabytes, string? expected)
    {
        var settings = new SlurmSection
        {
            Partition = [new() { Name = "cpu" }, new() { Name = "small", Gpus = 1, GpuMemoryGb = 24 }, new() { Name = "large", Gpus = 8, GpuMemoryGb = 80 }],
        };

        Assert.Equal(expected, For("pretrain", 1, gigabytes, settings)?.Partition);
        Assert.Equal(expected is null, new SlurmResources(settings, []).WhatLacks(new StageNeeds(1, null) { Memory = gigabytes * Gigabyte }).Count > 0);
    }

    [Fact]
    public void A_GPU_that_is_too_small_is_a_reason() => Assert.Equal(
        ["the default partition has GPUs of 24 GB for about 30 GiB"],
        SlurmRequest.WhyNot(
            new SlurmSection { Partition = [new() { Gpus = 1, GpuMemoryGb = 24 }] }, "pretrain", new StageNeeds(1, null) { Memory = 30 * Gigabyte }));

    [Fact]
    public void Why_not_has_a_reason_for_each_partition() => Assert.Equal(
        [
            "partition 'short' takes evaluate, tokenize alone",
            "partition 'small' gives a job 1 of 64 GPUs",
            "partition 'big' gives a job 32 of 64 GPUs",
        ],
        SlurmRequest.WhyNot(Cluster, "pretrain", new StageNeeds(64, null)));

    [Fact]
    public void Memory_and_absent_GPUs_are_reasons_too() => Assert.Equal(
        [
            "partition 'cpu' has no GPUs",
            "the default partition gives a job 2 GB of memory of 4",
        ],
        SlurmRequest.WhyNot(
            new SlurmSection { Partition = [new() { Name = "cpu" }, new() { Gpus = 1, MemoryGb = 2 }] }, "pretrain", new StageNeeds(1, null)));

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(8, 1, 8)]
    [InlineData(9, 2, 8)]
    [InlineData(16, 2, 8)]
    [InlineData(32, 4, 8)]
    public void GPUs_are_spread_over_as_few_nodes_as_have_them(int gpus, int nodes, int ofEach)
    {
        var request = For("pretrain", gpus, 0, new SlurmSection { Partition = [new() { Name = "p", Gpus = 8, Nodes = 4 }] })!;

        Assert.Equal((nodes, ofEach), (request.Nodes, request.Gpus));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(8, 4)]
    public void Ranks_without_GPUs_have_nodes_of_their_own_as_far_as_the_partition_gives_them(int ranks, int nodes) => Assert.Equal(
        nodes, SlurmRequest.For(new SlurmSection { Partition = [new() { Nodes = 4 }] }, "pretrain", 2, ranks, StageNeeds.None)!.Nodes);

    [Theory]
    [InlineData(0, 0, 100, 0)]
    [InlineData(4, 0, 0, 4)]
    [InlineData(4, 0, 1, 4)]
    [InlineData(4, 0, 8, 10)]
    [InlineData(4, 1, 100, 4)]
    public void Memory_is_what_the_stage_needs_and_some_but_never_the_GPUs(int set, int gpus, int needed, int expected) =>
        Assert.Equal(expected, For("pretrain", gpus, needed, new SlurmSection { MemoryGb = set })!.MemoryGb);

    [Fact]
    public void A_partition_may_say_how_much_memory_its_jobs_have()
    {
        var settings = new SlurmSection { Partition = [new() { JobMemoryGb = 64, Gpus = 1 }] };

        Assert.Equal((64, 64, 100), (For("pretrain", 1, 0, settings)!.MemoryGb, For("pretrain", 0, 8, settings)!.MemoryGb, For("pretrain", 0, 80, settings)!.MemoryGb));
    }

    [Theory]
    [InlineData(1, 40)]
    [InlineData(2, 20)]
    [InlineData(4, 10)]
    public void Nodes_share_the_memory_of_all_ranks(int nodes, int expected) => Assert.Equal(
        expected,
        SlurmRequest.For(
            new SlurmSection { Partition = [new() { Nodes = nodes }] }, "pretrain", 1, 4, new StageNeeds(0, null) { Memory = 32 * Gigabyte })!.MemoryGb);

    [Fact]
    public void A_partitions_own_account_time_and_gres_go_before_the_common_ones()
    {
        var (big, small, brief) = (For("pretrain", 8, 0)!, For("pretrain", 1, 0)!, For("evaluate", 0, 0)!);

        Assert.Equal(("theirs", "gpu:h100", "ib", 24.0), (big.Account, big.Gres, big.Constraint, big.Time!.Value.TotalHours));
        Assert.Equal(("mine", "gpu", "", 24.0), (small.Account, small.Gres, small.Constraint, small.Time!.Value.TotalHours));
        Assert.Equal(0.5, brief.Time!.Value.TotalHours);
    }

    [Fact]
    public void Without_partitions_a_job_goes_to_the_clusters_own_default()
    {
        var request = For("pretrain", 2, 0, new SlurmSection())!;

        Assert.Equal(("", 1, 2, null), (request.Partition, request.Nodes, request.Gpus, request.Time));
        Assert.Equal("the default partition, 1 core, 2 GPUs, 4 GB", request.ToString());
    }

    [Fact]
    public void Equal_requests_are_equal() => Assert.Equal(For("pretrain", 1, 0), For("pretrain", 1, 0));

    private static SlurmRequest? For(string kind, int gpus, int gigabytes, SlurmSection? settings = null) =>
        SlurmRequest.For(settings ?? Cluster, kind, 1, 1, new StageNeeds(gpus, null) { Memory = gigabytes * Gigabyte });
}
