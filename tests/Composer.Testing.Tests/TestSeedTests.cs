namespace Composer.Testing.Tests;

public class TestSeedTests
{
    [Fact]
    public void Seed_is_told_in_the_output_of_the_test()
    {
        var seed = TestSeed.Of(1234);
        Assert.Equal(Environment.GetEnvironmentVariable(TestSeed.Variable) ?? "1234", $"{seed}");
        Assert.Contains($"{TestSeed.Variable}={seed}", TestContext.Current.TestOutputHelper!.Output, StringComparison.Ordinal);
    }
}
