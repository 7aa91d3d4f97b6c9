using Composer.Training.Engines;
using Composer.Training.Models;

namespace Composer.Training.Tests.Engines;

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
}
