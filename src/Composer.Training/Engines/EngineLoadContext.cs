using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

namespace Composer.Training.Engines;

/// <summary>
/// Assemblies and native libraries of an engine's folder. What the executable has is the executable's own, so that
/// a type of the contract is one type on both sides.
/// </summary>
internal sealed class EngineLoadContext(string folder) : AssemblyLoadContext($"engine in {folder}")
{
    private static readonly string[] Contract = ["Composer.Core", "Composer.Architecture", "Composer.Training"];

    private readonly string folder = Path.GetFullPath(folder);

    protected override Assembly? Load(AssemblyName assemblyName)
    {
        var path = Path.Combine(folder, assemblyName.Name + ".dll");
        return Contract.Contains(assemblyName.Name) || !File.Exists(path) ? null : LoadFromAssemblyPath(path);
    }

    protected override nint LoadUnmanagedDll(string unmanagedDllName)
    {
        string[] names = [unmanagedDllName, $"lib{unmanagedDllName}.so", $"{unmanagedDllName}.so", $"{unmanagedDllName}.dll"];
        string[] folders = [folder, Path.Combine(folder, "runtimes", RuntimeInformation.RuntimeIdentifier, "native")];
        var found = folders.SelectMany(f => names.Select(n => Path.Combine(f, n))).FirstOrDefault(File.Exists);
        return found is null ? 0 : LoadUnmanagedDllFromPath(found);
    }
}
