using System.Globalization;

namespace Composer.Testing;

/// <summary>The seed of a test that draws at random: the usual one, or another from the environment.</summary>
public static class TestSeed
{
    /// <summary>Names another seed for all tests of a run.</summary>
    public const string Variable = "COMPOSER_TEST_SEED";

    /// <summary>The seed, told in the test's output so that a failure can be repeated.</summary>
    /// <param name="usual">What it is unless <see cref="Variable"/> says otherwise.</param>
    public static int Of(int usual)
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable(Variable), CultureInfo.InvariantCulture, out var other) ? other : usual;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed} ({Variable}={seed} repeats it)");
        return seed;
    }
}
