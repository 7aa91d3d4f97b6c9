using Composer.Training.Hardware;
using Composer.Build.Processes;

namespace Composer.Build.Testing;

/// <summary>Where tests on libtorch run: here, or in the Debian 13 root of <c>build/debian-root.sh</c>, or nowhere.</summary>
/// <param name="Launcher">What a test's command is an argument of; empty: it runs as it is.</param>
/// <param name="WhyNot">Why they run nowhere; null where they run.</param>
internal sealed record LibtorchHost(IReadOnlyList<string> Launcher, string? WhyNot)
{
    /// <summary>Looks at this machine, and makes nothing yet.</summary>
    public static LibtorchHost Find(string root)
    {
        if (CppRuntime.IsNewEnough())
        {
            return new LibtorchHost([], null);
        }

        if (!OperatingSystem.IsLinux())
        {
            return new LibtorchHost([], "the engine on TorchSharp is for Linux");
        }

        var script = Path.Join(root, "build", "debian-root.sh");
        var (code, lines) = QuietProcess.Run(script, root, ["--can"]);
        return code == 0
            ? new LibtorchHost([script], null)
            : new LibtorchHost(
                [],
                $"libtorch wants the libstdc++ of GCC 13.2 ({CppRuntime.Wanted}), which this machine lacks, and no Debian 13 root can be "
                + $"made: {string.Join(" ", lines)}");
    }
}
