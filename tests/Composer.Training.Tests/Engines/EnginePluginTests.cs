using Composer.Training.Engines;
using Composer.Training.Models;

namespace Composer.Training.Tests.Engines;

public sealed class EnginePluginTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void An_engine_that_is_not_built_says_which_command_builds_it()
    {
        var plugin = EnginePlugin.TorchIn(folder.Path);
        var error = Assert.Throws<EngineUnavailableException>(() => plugin.Load());

        Assert.False(plugin.IsBuilt);
        Assert.Null(plugin.BuiltFor);
        Assert.Empty(plugin.BuiltFrom);
        Assert.Contains(EnginePlugin.BuildCommand, error.Message, StringComparison.Ordinal);
        Assert.Contains(folder.Path, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_build_that_was_broken_off_is_no_engine()
    {
        Write("Composer.Training.Torch.dll", "no assembly");
        Assert.False(EnginePlugin.TorchIn(folder.Path).IsBuilt);
    }

    [Fact]
    public void What_it_was_built_from_and_for_is_read_without_loading_it()
    {
        Write("Composer.Training.Torch.dll", "no assembly");
        Write(EnginePlugin.Description, "runtime cpu\nab12 ../Composer.Core/Rng.cs\n2.10.0 package libtorch-cpu-linux-x64\n");
        var plugin = EnginePlugin.TorchIn(folder.Path);

        Assert.True(plugin.IsBuilt);
        Assert.Equal("cpu", plugin.BuiltFor);
        Assert.Equal(["ab12 ../Composer.Core/Rng.cs", "2.10.0 package libtorch-cpu-linux-x64"], plugin.BuiltFrom);
    }

    [Fact]
    public void An_engine_that_cannot_be_loaded_says_so_in_a_sentence()
    {
        Write("Composer.Training.Torch.dll", "no assembly");
        Write(EnginePlugin.Description, "runtime cpu\n");
        var error = Assert.Throws<EngineUnavailableException>(() => EnginePlugin.TorchIn(folder.Path).Load());
        Assert.Contains("cannot be loaded", error.Message, StringComparison.Ordinal);
        Assert.Contains(EnginePlugin.BuildCommand, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_engine_s_contract_is_the_executable_s_own_even_where_a_copy_lies_beside_it()
    {
        File.Copy(typeof(ITrainingEngine).Assembly.Location, folder["Composer.Training.dll"]);
        File.Copy(GetType().Assembly.Location, folder["Engine.dll"]);
        Write(EnginePlugin.Description, "runtime cpu\n");
        var engine = new EnginePlugin("toy", "Engine", typeof(ToyEngine).FullName!, folder.Path).Load();

        Assert.Equal("toy", engine.Name);
        Assert.NotEqual(typeof(ToyEngine), engine.GetType());
    }

    private void Write(string file, string text) => folder.Write(file, text);

    /// <summary>An engine of another assembly.</summary>
    public sealed class ToyEngine : ITrainingEngine
    {
        public string Name => "toy";

        public string HardwarePolicy => "toy";

        public ITrainableModel Create(ModelConfiguration configuration, Core.Seed initialization, int threads) =>
            throw new NotSupportedException();
    }
}
