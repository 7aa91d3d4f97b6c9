using Composer.Agents.Local;
using Composer.Training.Engines;

namespace Composer.Agents.Tests.Local;

/// <summary>What this machine lacks for the engine on TorchSharp, with each thing made up in turn.</summary>
public sealed class LocalMachineTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("cpu", false)]
    [InlineData("cuda", false)]
    [InlineData("cuda", true)]
    public void Nothing_is_lacking_where_everything_is_there(string runtime, bool onGpu) =>
        Assert.Empty(Machine(runtime).WhatTorchLacks(onGpu));

    [Fact]
    public void An_engine_of_other_sources_is_to_be_built_anew()
    {
        var lack = Assert.Single(Machine("cpu", current: false).WhatTorchLacks(onGpu: false));
        Assert.Contains("built from others", lack.Sentence, StringComparison.Ordinal);
        Assert.Contains(EnginePlugin.BuildCommand, lack.Sentence, StringComparison.Ordinal);
        Assert.True(lack.IsBuilt);
    }

    [Fact]
    public void A_GPU_needs_the_engine_for_CUDA()
    {
        var lack = Assert.Single(Machine("cpu").WhatTorchLacks(onGpu: true));
        Assert.Contains("--torch-runtime cuda", lack.Sentence, StringComparison.Ordinal);
        Assert.True(lack.IsBuilt);
    }

    [Fact]
    public void An_old_cpp_library_is_named_with_who_has_a_newer_one_and_is_nothing_that_a_build_mends()
    {
        var lack = Assert.Single(Machine("cpu", newCpp: false).WhatTorchLacks(onGpu: false));
        Assert.Contains("GLIBCXX_3.4.32", lack.Sentence, StringComparison.Ordinal);
        Assert.Contains("Debian 13", lack.Sentence, StringComparison.Ordinal);
        Assert.False(lack.IsBuilt);
    }

    [Theory]
    [InlineData(false, false, "mpirun and libmpi.so.40 is missing")]
    [InlineData(true, false, "libmpi.so.40 is missing")]
    [InlineData(false, true, "mpirun is missing")]
    [InlineData(true, true, null)]
    public void Ranks_lack_what_of_Open_MPI_is_missing_and_are_told_the_command(bool program, bool library, string? missing)
    {
        var lacks = new LocalMachine(EnginePlugin.TorchIn(folder.Path)) { HasMpi = () => (program, library) }.WhatRanksLack().ToArray();
        Assert.Equal(missing is null ? 0 : 1, lacks.Length);
        Assert.All(lacks, lack => Assert.Contains(missing!, lack.Sentence, StringComparison.Ordinal));
        Assert.All(lacks, lack => Assert.Contains("apt-get install openmpi-bin", lack.Remedies));
    }

    [Fact]
    public void Another_system_lacks_that_alone() =>
        Assert.Equal(
            ["needs Linux on x64, which the engine 'torch' is for"],
            Machine("cpu", newCpp: false, current: false, linux: false).WhatTorchLacks(onGpu: true).Select(l => l.Sentence));

    [Fact]
    public void An_engine_that_is_not_built_is_of_no_sources()
    {
        var machine = new LocalMachine(EnginePlugin.TorchIn(folder.Path)) { HasNewCpp = () => true, IsLinuxOnX64 = () => true };
        Assert.Empty(machine.WhatTorchLacks(onGpu: true));
    }

    [Theory]
    [InlineData("MemTotal:       24684084 kB\nMemFree: 1 kB\n", "max\n", 24684084L << 10)]
    [InlineData("MemTotal:       24684084 kB\n", "1073741824\n", 1L << 30)]
    [InlineData("MemTotal:       1024 kB\n", "1073741824\n", 1L << 20)]
    [InlineData("MemTotal:       1024 kB\n", null, 1L << 20)]
    [InlineData(null, "max", null)]
    public void Memory_is_the_machine_s_or_what_a_container_allows(string? information, string? limit, long? expected) =>
        Assert.Equal(expected, MachineMemory.Bytes(Written("meminfo", information), Written("memory.max", limit)));

    private string Written(string name, string? text) =>
        text is null ? folder[name] : folder.Write(name, text);

    private LocalMachine Machine(string runtime, bool current = true, bool newCpp = true, bool linux = true)
    {
        folder.Write("Composer.Training.Torch.dll", "");
        folder.Write(EnginePlugin.Description, $"runtime {runtime}\n");
        return new LocalMachine(EnginePlugin.TorchIn(folder.Path))
        {
            IsOfTheseSources = _ => current,
            HasNewCpp = () => newCpp,
            IsLinuxOnX64 = () => linux,
        };
    }
}
