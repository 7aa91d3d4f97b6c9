namespace Composer.MSBuild.Tests;

public class DiagnosticLineTests
{
    [Fact]
    public void Reads_place_code_and_message() => Assert.Equal(
        new DiagnosticLine("/a b/experiments/x (1).toml", 12, 3, true, "CMP0101", "Unknown key 'tirals'. Did you mean 'trials'?"),
        DiagnosticLine.Parse("/a b/experiments/x (1).toml(12,3): error CMP0101: Unknown key 'tirals'. Did you mean 'trials'?"));

    [Fact]
    public void Reads_a_mistake_in_no_file() => Assert.Equal(
        new DiagnosticLine(null, 0, 0, false, "CMP0007", "Slow: no AVX2."), DiagnosticLine.Parse("warning CMP0007: Slow: no AVX2."));

    [Theory]
    [InlineData("")]
    [InlineData("training went on, error 3")]
    [InlineData("x.toml(1): error CMP0101: no column")]
    [InlineData("x.toml(1,2): error CS1002: not ours")]
    public void Anything_else_is_no_diagnostic(string line) => Assert.Null(DiagnosticLine.Parse(line));
}
