using System.Runtime.InteropServices;

namespace Composer.Training.Hardware;

/// <summary>The C++ library of this process: agents, which are started by it, have the same.</summary>
public static class CppRuntime
{
    /// <summary>What libtorch's binding asks of it, by the version that has it.</summary>
    public const string Wanted = "GLIBCXX_3.4.32";

    /// <summary>The one symbol of that version: std::ios_base_library_init().</summary>
    private const string Symbol = "_ZSt21ios_base_library_initv";

    /// <summary>Whether it is GCC 13.2's or newer. .NET itself is written in C++, so the library is there already.</summary>
    public static bool IsNewEnough() =>
        NativeLibrary.TryLoad("libstdc++.so.6", out var library) && NativeLibrary.TryGetExport(library, Symbol, out _);
}
