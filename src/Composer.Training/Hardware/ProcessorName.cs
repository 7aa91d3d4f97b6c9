using System.Runtime.InteropServices;

namespace Composer.Training.Hardware;

/// <summary>What the processor is called.</summary>
public static class ProcessorName
{
    private const string File = "/proc/cpuinfo";

    /// <summary>As the kernel has it, such as <c>AMD EPYC 9R14</c>; where it does not say, the architecture: <c>X64</c>.</summary>
    public static string Text { get; } = Read();

    private static string Read()
    {
        var line = System.IO.File.Exists(File)
            ? System.IO.File.ReadLines(File).FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))
            : null;
        return line?[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString();
    }
}
