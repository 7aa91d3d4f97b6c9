using System.Diagnostics;
using Composer.Build.Formatting;
using Composer.Testing.Execution;

namespace Composer.Build.Tests.Formatting;

/// <summary>The real <c>dotnet format</c>, on a clone of one file.</summary>
public sealed class SourceFormatTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public SourceFormatTests()
    {
        var lacking = SourceFormat.WhyNot("dotnet", folder.Path);
        Assert.SkipWhen(lacking is not null, lacking ?? "");
        folder.Write(".editorconfig", File.ReadAllText(Path.Join(CloneRoot.Path, ".editorconfig")));
        folder.Write("src/A.cs", "class A\n{\n\tint  a ;\n}");
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_file_that_is_not_formatted_is_told_with_its_place_and_mended_when_asked()
    {
        var told = Run(fix: false);
        Assert.NotEqual(0, told.ExitCode);
        Assert.Contains("A.cs(3,1): error WHITESPACE", told.Error, StringComparison.Ordinal);

        Assert.Equal(0, Run(fix: true).ExitCode);
        Assert.Equal("class A\n{\n    int a;\n}\n", File.ReadAllText(folder["src/A.cs"]));
        Assert.Equal(0, Run(fix: false).ExitCode);
    }

    [Fact]
    public void An_SDK_without_it_is_no_reason_to_fail() =>
        Assert.Contains("no 'dotnet format'", SourceFormat.WhyNot(folder.WriteScript("dotnet", "#!/bin/sh\nexit 1\n"), folder.Path));

    private FinishedProcess Run(bool fix) =>
        FinishedProcess.Run(new ProcessStartInfo("dotnet", SourceFormat.Arguments(fix)) { WorkingDirectory = folder.Path });
}
