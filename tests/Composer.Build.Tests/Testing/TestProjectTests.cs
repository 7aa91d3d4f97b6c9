using Composer.Build.Testing;

namespace Composer.Build.Tests.Testing;

public sealed class TestProjectTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void What_loads_libtorch_says_so() => Assert.Equal(
        TestProject.All(CloneRoot.Path).Where(project => project.Name.Contains(".Torch.", StringComparison.Ordinal)),
        TestProject.All(CloneRoot.Path).Where(project => project.NeedsLibtorch));

    [Fact]
    public void The_longest_begin_first()
    {
        var seconds = TestProject.All(CloneRoot.Path).Select(project => project.Seconds).ToArray();

        Assert.True(seconds[0] > 100);
        Assert.Equal(seconds.OrderDescending(), seconds);
    }

    [Fact]
    public void Tests_that_cannot_be_loaded_are_counted_by_their_attributes()
    {
        folder.Write(
            "tests/Some.Tests/A.cs", "    [Fact]\n    public void A() { }\n    [TorchTheory]\n    [InlineData(1)]\n    // [Fact]\n");
        folder.Write("tests/Some.Tests/Deeper/B.cs", "    [Fact(Skip = \"not now\")]\n    [Factory]\n");

        Assert.Equal(3, new TestProject("Some.Tests", Waits: false, NeedsLibtorch: true).MethodsIn(folder.Path));
    }
}
