using Composer.CodeDigests.Sources;

namespace Composer.CodeDigests.Tests;

/// <summary>What the tool would not see is a mistake, not a hole.</summary>
public sealed class RefusalTests
{
    [Theory]
    [InlineData("#if DEBUG\nclass A;\n#endif", "conditional")]
    [InlineData("global using System;", "global using")]
    [InlineData("class A { [System.Runtime.CompilerServices.ModuleInitializer] static void B() { } }", "without being named")]
    [InlineData("class A {", "}")]
    public void Is_refused_with_its_place(string text, string says)
    {
        var mistake = Assert.Throws<CodeDigestException>(() => SourceFile.Parse("src/Composer.Core/A.cs", text));
        Assert.StartsWith("src/Composer.Core/A.cs(1,", mistake.Message, StringComparison.Ordinal);
        Assert.Contains(says, mistake.Message, StringComparison.Ordinal);
    }
}
