using System.Reflection.PortableExecutable;
using Composer.Testing.Execution;

namespace Composer.Cli.Tests;

public class AheadOfTimeTests(ITestOutputHelper output)
{
    [Fact]
    public void All_that_lies_beside_the_executable_is_compiled_ahead_of_time_or_nothing_is()
    {
        var assemblies = Directory.GetFiles(Path.GetDirectoryName(ComposerExecutable.Path)!, "*.dll");
        var compiled = assemblies.Where(IsCompiledAhead).ToArray();

        Assert.Contains(assemblies, a => Path.GetFileName(a) == "composer.dll");
        if (compiled.Length == 0)
        {
            output.WriteLine("NOT CHECKED: this build is no release, or had no ahead-of-time compiler.");
            return;
        }

        Assert.Equal(assemblies.Order(StringComparer.Ordinal), compiled.Order(StringComparer.Ordinal));
    }

    private static bool IsCompiledAhead(string assembly)
    {
        using var reader = new PEReader(File.OpenRead(assembly));
        return reader.PEHeaders.CorHeader is { ManagedNativeHeaderDirectory.Size: > 0 };
    }
}
