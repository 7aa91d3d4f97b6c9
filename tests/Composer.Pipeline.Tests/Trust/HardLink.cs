using System.Runtime.InteropServices;

namespace Composer.Pipeline.Tests.Trust;

/// <summary>A second name of a file.</summary>
internal static partial class HardLink
{
    public static void Create(string existing, string other) => Assert.Equal(0, Link(existing, other));

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string existing, string other);
}
