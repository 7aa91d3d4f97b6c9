using Composer.Training.Models;

namespace Composer.Training.Tests.Models;

public class EngineRegistryTests
{
    [Fact]
    public void The_CPU_engine_is_always_there_and_built_once()
    {
        Assert.Contains("cpu", EngineRegistry.Available);
        Assert.Equal("cpu", EngineRegistry.Get("cpu").Name);
        Assert.Same(EngineRegistry.Get("cpu"), EngineRegistry.Get("cpu"));
    }

    [Fact]
    public void An_unknown_name_is_refused_with_those_there_are()
    {
        var error = Assert.Throws<EngineUnavailableException>(() => EngineRegistry.Get("torhc"));
        Assert.Contains("'torhc'; there are cpu", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_Torch_engine_says_how_to_get_it()
    {
        var folder = Directory.CreateTempSubdirectory("composer-engines-");
        try
        {
            var error = Assert.Throws<EngineUnavailableException>(() => EngineRegistry.LoadTorch(folder.FullName));
            Assert.Contains("dotnet build src/Composer.Training.Torch", error.Message, StringComparison.Ordinal);
            Assert.Contains(folder.FullName, error.Message, StringComparison.Ordinal);

            File.WriteAllText(Path.Combine(folder.FullName, "Composer.Training.Torch.dll"), "no assembly");
            error = Assert.Throws<EngineUnavailableException>(() => EngineRegistry.LoadTorch(folder.FullName));
            Assert.Contains("cannot be loaded", error.Message, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
