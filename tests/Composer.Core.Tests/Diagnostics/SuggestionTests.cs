using Composer.Core.Diagnostics;

namespace Composer.Core.Tests.Diagnostics;

public sealed class SuggestionTests
{
    [Theory]
    [InlineData("trails", "trials")]
    [InlineData("kvheads", "kv_heads")]
    [InlineData("quickstrat", "quickstart")]
    [InlineData("zebra", null)]
    public void Nearest_known_name_is_found(string name, string? expected) =>
        Assert.Equal(expected, Suggestion.Nearest(name, ["trials", "kv_heads", "quickstart", "layers"]));

    [Fact]
    public void Diagnostic_prints_as_msbuild_reads_it() =>
        Assert.Equal(
            "a.toml(3,7): error CMP0001: Unknown key 'trails'. Did you mean 'trials'?",
            new Diagnostic(
                "CMP0001",
                DiagnosticSeverity.Error,
                "Unknown key 'trails'.",
                new SourceSpan("a.toml", 3, 7, 3, 13),
                Suggestion.DidYouMean("trails", ["trials"])).ToString());
}
